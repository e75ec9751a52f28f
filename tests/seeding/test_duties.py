"""Who sits on a fund's committee neither judges its applications nor gives it seed money without one."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.funds import permissions as fund_permissions
from apps.funds import services as funds
from apps.funds.models import Approval
from apps.governance.models import Seat
from apps.seeding import checks, permissions, services
from apps.seeding.models import Application
from apps.users.models import Role, User
from tests.books import assert_books_clean
from tests.cast import OPENED, Cast, person
from tests.funds.money import give
from tests.seeding.house import NOW, open_fixed, pass_all, seat_officers

pytestmark = pytest.mark.django_db
OFFICES = ("chair", "member", "secretary", "supervisor")
JUDGES = {"town": ("town_coordinator", "division", "500110001"), "host": ("finance", "host", "H-QJ")}


@pytest.fixture(autouse=True)
def _today(cast: Cast) -> Any:
    with clock.set_to(NOW):
        give(cast.general, 50_000_00)
        seat_officers(cast.fund, cast.chair, cast.secretary)
        for user, office, kind in (
            (cast.members[0], "member", "resident"),
            (cast.supervisor, "supervisor", "host_staff"),
        ):
            Seat.objects.create(
                committee=cast.fund.committee,
                user=user,
                office=office,
                kind=kind,
                from_day=date(2026, 1, 1),
                until_day=date(2028, 12, 31),
            )
        yield
        assert_books_clean()


def holder(cast: Cast, office: str) -> User:
    return {"member": cast.members[0]}.get(office) or getattr(cast, office)  # type: ignore[no-any-return]


def hold(user: User, kind: str, scope: str, code: str) -> User:
    Role.objects.create(user=user, kind=kind, scope_kind=scope, scope_code=code, valid_from=OPENED)
    return user


def applied(cast: Cast) -> tuple[Application, Approval]:
    by = cast.secretary
    application = services.apply(open_fixed(cast), fund=cast.fund, words="想办午餐点。", by=by)
    return application, Approval.objects.get(code=application.approval_code)


@pytest.mark.parametrize("level", JUDGES)
@pytest.mark.parametrize("office", OFFICES)
def test_no_office_judges_its_own_funds_application(cast: Cast, office: str, level: str) -> None:
    member = hold(holder(cast, office), *JUDGES[level])
    _application, approval = applied(cast)
    if level == "host":
        funds.pass_step(approval, by=cast.coordinator)
    with pytest.raises(Refused, match=r"管委会任职|您提出的"):
        funds.pass_step(approval, by=member)
    funds.return_step(approval, reason="请补", by=cast.coordinator if level == "town" else cast.finance)


def test_who_joined_while_it_was_returned_does_not_judge_it_again(cast: Cast) -> None:
    application, approval = applied(cast)
    late = hold(person("新来的统筹员", "late@qj.test"), *JUDGES["town"])
    funds.return_step(approval, reason="请补", by=cast.coordinator)
    services.follow_approvals()
    Seat.objects.filter(user=cast.members[0]).update(user=late)
    services.hand_in_again(application, words="补上了。", by=cast.chair)
    approval.refresh_from_db()
    assert not fund_permissions.may_decide(late, approval)
    assert fund_permissions.may_decide(cast.coordinator, approval)


@pytest.mark.parametrize("office", OFFICES)
def test_an_administrator_gives_nothing_to_the_fund_they_sit_on(
    cast: Cast, office: str, client: Client
) -> None:
    programme = open_fixed(cast, applying=False)
    seated = hold(holder(cast, office), "host_admin", "host", "H-QJ")
    assert not permissions.may_award_to(seated, programme, cast.fund)
    client.force_login(seated)
    page = client.get(reverse("seeding:programme", args=[programme.code])).content.decode()
    assert f'name="fund" value="{cast.fund.code}"' not in page
    assert f'name="fund" value="{cast.other_fund.code}"' in page
    assert "您在这个基金的管委会任职，要由别人来拨。" in page
    answer = client.post(reverse("seeding:award", args=[programme.code]), {"fund": cast.fund.code})
    assert "要由别人来拨" in answer.content.decode() and not programme.awards.exists()
    services.award(programme, fund=cast.other_fund, by=seated)
    services.award(programme, fund=cast.fund, by=cast.admin)
    assert not list(checks.own_awards())


def test_what_others_passed_may_be_given_out_by_whoever_is_there(cast: Cast) -> None:
    seated = hold(cast.members[0], "host_admin", "host", "H-QJ")
    application, _approval = applied(cast)
    pass_all(cast, application)
    assert services.award(application.programme, fund=cast.fund, by=seated).amount == 100_00
    assert not list(checks.own_awards())


def test_the_check_finds_an_award_to_ones_own_fund(cast: Cast) -> None:
    award = services.award(open_fixed(cast, applying=False), fund=cast.fund, by=cast.admin)
    type(award).objects.update(awarded_by_id=cast.chair.pk)
    assert [row["fund"] for row in checks.own_awards()] == [cast.fund.code]
    type(award).objects.update(awarded_by_id=cast.admin.pk)
