"""Giving for a project or a need: what the money is bound to, what is only a wish, and when gifts are taken."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.forms.shared import new_token
from apps.donations.models import Campaign, Donation
from apps.donations.providers.bank import BankTransfer
from apps.donations.views.posters import poster_facts
from apps.grants.checks import CHECKS
from apps.grants.models import Grant
from apps.projects import services as projects
from apps.projects.models import Need, Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import file_campaign
from tests.grants import house as h

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """A plan in date whenever the test is run, and at the time of the house."""
    days = (clock.day_of(h.NOON), clock.today())
    return file_campaign(
        cast, starts_on=min(days) - timedelta(days=9), ends_on=max(days) + timedelta(days=99)
    )


def begin(cast: Cast, wish: str, **changes: Any) -> Donation:
    words: dict[str, Any] = {
        "amount": 5_000,
        "channel": "bank",
        "name_choice": "anonymous",
        "form_token": new_token(),
    }
    return services.start_gift(cast.fund, wish=wish, **(words | changes))


def special(cast: Cast) -> str:
    """Return a restriction of the fund with money of its own."""
    row = cast.fund.restrictions.create(code=f"{cast.fund.code}-S", purpose="老人午餐")
    h.give(cast.fund, 5_000_000, restriction=row.code)
    return str(row.code)


def test_a_project_without_its_own_restriction_is_a_wish_of_the_fund(
    house: Cast, grant: Grant, campaign: Campaign
) -> None:
    project = grant.project
    gift = begin(house, project.code, restriction=None)
    general = house.fund.restrictions.get(is_general=True)
    assert (gift.restriction, gift.wish) == (general.code, project.code)
    wish = queries.wish_of(project.code)
    assert wish is not None
    assert wish.restriction is None
    assert house.fund.name in wish.bound
    assert "不是限定用途" in wish.unbound


def test_a_project_that_one_restriction_pays_binds_the_gift_to_it(cast: Cast, campaign: Campaign) -> None:
    h.seat_everyone(cast)
    code = special(cast)
    project = h.awarded(cast, restriction=code).project
    # Whatever the form says: the money goes where the page said it would.
    gift = begin(cast, project.code, restriction=cast.fund.restrictions.get(is_general=True).code)
    assert gift.restriction == code
    wish = queries.wish_of(project.code)
    assert wish is not None
    assert "老人午餐" in wish.bound


def test_a_restriction_that_is_over_binds_nothing_any_more(cast: Cast, campaign: Campaign) -> None:
    h.seat_everyone(cast)
    code = special(cast)
    project = h.awarded(cast, restriction=code).project
    cast.fund.restrictions.filter(code=code).update(until=clock.today() - timedelta(days=1))
    wish = queries.wish_of(project.code)
    assert wish is not None
    assert wish.restriction is None


@pytest.mark.parametrize("state", ["declined", "accepted", "closed"])
def test_what_needs_no_more_money_takes_none(
    house: Cast, campaign: Campaign, client: Client, state: str
) -> None:
    project = h.submitted(house)
    Project.objects.filter(pk=project.pk).update(state=state)
    with pytest.raises(Refused):
        begin(house, project.code)
    page = client.get(f"/give/{project.code}/")
    assert "不再收捐款了" in page.content.decode()
    assert client.get(f"/give/{project.code}/poster-a4.pdf").status_code == 404
    assert not Donation.objects.filter(wish=project.code).exists()


def test_what_the_public_does_not_see_has_no_address(house: Cast, campaign: Campaign, client: Client) -> None:
    project = h.submitted(house)
    hidden = projects.voice(house.fund.division, field="safety", words="楼道灯坏了").need
    for code in (project.code, hidden.code, "N-NONE"):
        assert client.get(f"/give/{code}/").status_code == 404
        with pytest.raises(Refused):
            begin(house, code)


def test_a_need_is_given_for_in_its_communitys_fund(house: Cast, campaign: Campaign, client: Client) -> None:
    need = projects.voice(house.fund.division, field="safety", words="楼道灯坏了三个月").need
    need = projects.publish_need(need, by=None)
    page = client.get(f"/n/{need.code}/").content.decode()
    assert f"/give/{need.code}/" in page
    form = client.get(f"/give/{need.code}/").content.decode()
    assert "楼道灯坏了三个月" in form
    assert "不是限定用途" in form
    assert "/monthly/" not in form
    gift = begin(house, need.code)
    assert (gift.fund, gift.wish) == (house.fund, need.code)
    Need.objects.filter(pk=need.pk).update(state=Need.State.MET, answer="装好了", decided_at=clock.now())
    with pytest.raises(Refused):
        begin(house, need.code)


def test_a_wish_of_another_fund_is_refused(house: Cast, grant: Grant, campaign: Campaign) -> None:
    project = grant.project
    with pytest.raises(Refused):
        services.start_gift(
            house.other_fund, amount=5_000, channel=BankTransfer.name, name_choice="anonymous",
            form_token=new_token(), wish=project.code,
        )  # fmt: skip


def test_the_form_keeps_the_wish_and_donor_and_staff_read_it(
    house: Cast, grant: Grant, campaign: Campaign, client: Client
) -> None:
    project = grant.project
    form = {
        "preset": "2000", "name_choice": "anonymous", "channel": "bank", "token": new_token(),
        "restriction": house.fund.restrictions.get(is_general=True).code,
    }  # fmt: skip
    answer = client.post(f"/give/{project.code}/", form, follow=True)
    gift = Donation.objects.get(wish=project.code)
    assert project.title in answer.content.decode()
    client.force_login(house.finance)
    assert "心愿（不是限定用途）" in client.get(f"/gifts/{gift.code}/").content.decode()


def test_a_poster_says_what_is_bound_and_what_is_not(
    house: Cast, grant: Grant, campaign: Campaign, client: Client
) -> None:
    project = grant.project
    target = queries.target_of(project.code)
    assert target is not None
    assert target.wish is not None
    facts = poster_facts(target, "a4")
    assert (facts["purpose"], facts["wish"]) == (target.wish.bound, target.wish.unbound)
    assert facts["url"].endswith(f"/give/{project.code}/")
    assert client.get(f"/give/{project.code}/poster-a4.pdf").content.startswith(b"%PDF-")
    assert "哪些是限定的" in client.get(f"/give/{project.code}/poster/").content.decode()


def test_the_page_counts_gifts_in_the_books_and_tells_no_sum(
    house: Cast, grant: Grant, campaign: Campaign, client: Client
) -> None:
    project = grant.project
    gift = begin(house, project.code)
    assert queries.gifts_wishing(project.code) == 0
    arrived = services.Transfer(str(gift.reference), 5_000, clock.today(), "B1")
    services.receive_transfers(house.host, [arrived], by=house.finance)
    assert queries.gifts_wishing(project.code) == 1
    page = client.get(f"/p/{project.code}/").content.decode()
    assert "1 笔捐款写明为了它" in page
    assert_books_clean()


def test_the_check_finds_a_wish_of_nothing(house: Cast, grant: Grant, campaign: Campaign) -> None:
    project = grant.project
    gift = begin(house, project.code)
    wished = next(row for row in CHECKS if row.name == "grants.wishes")
    assert not list(wished.rows())
    Donation.objects.filter(pk=gift.pk).update(wish="P-NONE")
    assert list(wished.rows()) == [{"code": gift.code, "wish": "P-NONE"}]
