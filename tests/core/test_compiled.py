"""Compiled queries answer what the ORM answers, with the values of each call."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Count, Q, Sum
from django.test.utils import CaptureQueriesContext

from apps.core import audit
from apps.core.compiled import Compiled, Param, Params
from apps.core.models import AuditEvent
from apps.divisions.models import Division
from apps.funds.models import Fund, Restriction
from tests.cast import Cast

by_code = Compiled(lambda: Fund.objects.select_related("host", "division").filter(code=Param("code")))
named_divisions = Compiled(
    lambda: (
        Division.objects.filter(pk__in=Params("codes", "text"))
        .order_by("code")
        .values_list("code", flat=True)
    )
)


def test_instances_come_with_what_they_were_joined_with(cast: Cast) -> None:
    for fund in Fund.objects.select_related("host", "division"):
        with CaptureQueriesContext(connection) as queries:
            found = by_code.first(code=fund.code)
            assert found == fund
            assert found is not None
            assert (found.host, found.division, found.opened_on) == (fund.host, fund.division, fund.opened_on)
        assert len(queries) == 1
    assert by_code.first(code="F-?") is None


def test_a_list_has_any_length(cast: Cast) -> None:
    assert named_divisions.rows(codes=["50"]) == ["50"]
    assert named_divisions.rows(codes=("5001", "50", "500110", 'a"b,{}\\')) == ["50", "5001", "500110"]
    assert named_divisions.rows(codes=[]) == []
    funds = Compiled(lambda: Fund.objects.filter(host__in=Params("hosts", "bigint")).order_by("code"))
    assert funds.rows(hosts=[cast.host.pk, 2**40]) == [cast.fund, cast.general, cast.other_fund]


def test_what_is_not_given_is_not_asked(cast: Cast) -> None:
    with pytest.raises(KeyError):
        by_code.first(fund="F-BBT")
    with pytest.raises(ValueError, match="nothing"):
        by_code.first(code=None)


def test_days_moments_and_constants_are_written_as_the_database_wants_them(cast: Cast) -> None:
    asked = Compiled(
        lambda: (
            Fund.objects.filter(Q(opened_on__lte=Param("day")), host=Param("host"), kind=Fund.Kind.COMMUNITY)
            .order_by("code")
            .values_list("code", "opened_on", named=True)
        )
    )
    opened = cast.fund.opened_on
    assert [row.code for row in asked.rows(day=opened, host=cast.host.pk)] == ["F-BBT", "F-XJZ"]
    assert asked.rows(day=opened, host=cast.host.pk)[0].opened_on == opened
    assert asked.rows(day=date(2024, 12, 31), host=cast.host.pk) == []
    assert asked.rows(day=opened, host=cast.host.pk + 1) == []
    audit.record(None, "seen", cast.fund)
    moment = AuditEvent.objects.get().at
    since = Compiled(lambda: AuditEvent.objects.filter(at__gte=Param("moment")))
    assert [row.at for row in since(moment=moment)] == [moment]
    assert since.rows(moment=datetime(9000, 1, 1, tzinfo=UTC)) == []


def test_sums_and_groups(cast: Cast) -> None:
    counted = Compiled(
        lambda: (
            Restriction.objects.filter(fund__host=Param("host"))
            .values("fund__code")
            .annotate(how_many=Count("pk"), keys=Sum("pk"))
            .order_by("fund__code")
        )
    )
    assert list(counted(host=cast.host.pk)) == list(
        Restriction.objects.filter(fund__host=cast.host)
        .values("fund__code")
        .annotate(how_many=Count("pk"), keys=Sum("pk"))
        .order_by("fund__code")
    )
