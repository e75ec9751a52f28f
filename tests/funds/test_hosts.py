"""Registering a host: by the operator, once, with its general fund."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import queries, services
from apps.funds.models import Host
from apps.funds.permissions import may_open_fund
from apps.users.models import Role, User
from tests.cast import HOST_USCC, ORGANISATION_USCC, Cast

pytestmark = pytest.mark.django_db
FACTS = ["--name", "重庆市慈善总会", "--uscc", ORGANISATION_USCC, "--division", "50"]


def test_a_host_comes_with_its_general_fund(cast: Cast) -> None:
    for _time in range(2):
        call_command("register_host", *FACTS, "--exclude", "500110", stdout=StringIO())
    host = Host.objects.get(uscc=ORGANISATION_USCC)
    assert queries.general_fund(host).name == "重庆市慈善总会"
    assert queries.contains(host, "5001")
    assert not queries.contains(host, "500110001")
    assert queries.host_for("500110001") == cast.host


def test_its_first_administrator_is_named_with_it(cast: Cast) -> None:
    who = ["--admin", "Chief@zh.test", "--admin-name", "周会长"]
    for day in (date(2026, 11, 1), date(2026, 11, 2)):
        with clock.set_to(clock.midnight(day)):
            call_command("register_host", *FACTS, *who, stdout=StringIO())
    role = Role.objects.get(user__email="chief@zh.test")
    assert (role.kind, role.scope_code) == ("host_admin", Host.objects.get(uscc=ORGANISATION_USCC).code)
    assert may_open_fund(role.user, Host.objects.get(uscc=ORGANISATION_USCC))
    assert not may_open_fund(role.user, cast.host)


@pytest.mark.parametrize(
    "changes",
    [
        ["--uscc", HOST_USCC[:-1] + "X"],
        ["--division", "99"],
        ["--exclude", "50"],
        ["--admin", "x"],
        ["--admin", "new@zh.test"],
    ],
)
def test_wrong_facts_are_refused(cast: Cast, changes: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("register_host", *FACTS, *changes, stdout=StringIO())
    assert Host.objects.count() == 1 and not User.objects.filter(email="new@zh.test").exists()


def test_only_the_operator_registers(cast: Cast) -> None:
    facts = {"name": "总会", "uscc": ORGANISATION_USCC, "division": Division.objects.get(code="50")}
    with pytest.raises(Refused):
        services.register_host(**facts, by=cast.admin)
    operator = User.objects.create_superuser("operator@qj.test", name="系统管理员")
    assert services.register_host(**facts, by=operator).name == "总会"
