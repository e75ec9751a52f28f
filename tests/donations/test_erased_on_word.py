"""On a donor's word staff erase all that is known of them, under every row, and nothing of another charity."""

from typing import Any

import pytest
from django.test import Client

from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.models import DirectedAppeal, Donation, Donor, Invitee
from apps.funds.models import Host
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.directed.house import invited, running, written
from tests.donations.test_care import MAIL, PHONE, gift, merge
from tests.donations.test_goods import receive
from tests.donations.test_instructions import told

pytestmark = pytest.mark.django_db


def follow(cast: Cast, given: Any) -> None:
    wish = told(erases=True, checked="called_back", shows_amount=False)
    services.follow_instruction(given, wish, by=cast.finance)


def another_host(cast: Cast) -> Host:
    other = Host.objects.get(pk=cast.host.pk)
    other.pk, other.code, other.uscc = None, "H-OTHER", ""
    other.save()
    return other


def known() -> set[str]:
    return {row.name for row in Donor.objects.all()}


def test_all_that_came_by_one_contact_goes_together(cast: Cast, client: Client) -> None:
    first = gift(cast, name="欧阳雪", contact=PHONE)
    second = gift(cast, name="欧阳雪", contact="139 0000 1234", name_choice="real",
                  consents=frozenset({"publish_name"}))  # fmt: skip
    things = receive(cast, donor_name="欧阳雪", contact=PHONE)
    alone = gift(cast, name="张三", contact="13900000077")
    client.force_login(cast.finance)
    pages = [client.get(f"/gifts/{row.code}/instruct/").text for row in (first, alone)]
    assert ["一共 3 笔" in page for page in pages] == [True, False]
    follow(cast, first)
    assert known() == {"", "张三"}
    for row in (second, things):
        row.refresh_from_db()
        assert row.public_name == "爱心居民"
    assert_books_clean()


def test_all_of_an_account_and_of_what_was_merged_goes_together(cast: Cast) -> None:
    first, of_account = gift(cast, name="欧阳雪", contact=PHONE), gift(cast, name="欧阳雪", contact=MAIL)
    Donor.objects.filter(pk__in=[first.donor_id, of_account.donor_id]).update(user_id=cast.stranger.pk)
    merged, twin = gift(cast, name="雪", contact="023-1234567"), gift(cast, name="阿雪", contact="")
    merge(cast, Donor.objects.get(pk=of_account.donor_id), merged.donor)
    merge(cast, Donor.objects.get(pk=merged.donor_id), twin.donor)
    first.refresh_from_db()
    assert queries.rows_of(first.donor).count() == 4
    follow(cast, first)
    assert known() == {""} and not Donor.objects.filter(erased_at=None).exists()
    assert_books_clean()


@pytest.mark.parametrize("has_account", [False, True])
def test_letters_to_every_address_of_a_donor_go(cast: Cast, has_account: bool) -> None:
    one, other = gift(cast, name="欧阳雪", contact="a@example.org"), gift(cast, name="雪", contact=MAIL)
    if has_account:
        cast.stranger.email = MAIL
        cast.stranger.save()
    asked = running(cast, contact=MAIL)
    assert OutboxMessage.objects.filter(address__in=["a@example.org", MAIL]).count() == 3
    merge(cast, one.donor, other.donor)
    follow(cast, one)
    assert not OutboxMessage.objects.filter(address__in=["a@example.org", MAIL]).exists()
    asked.refresh_from_db()
    assert (asked.name, asked.contact, asked.contact_index) == ("", "", "")


@pytest.mark.parametrize("how", ["gave", "was asked"])
def test_who_another_charity_knows_by_the_same_contact_is_not_erased_by_this_one(
    cast: Cast, client: Client, how: str
) -> None:
    here, other = gift(cast, name="欧阳雪", contact=MAIL), another_host(cast)
    if how == "gave":
        there = gift(cast, name="欧阳雪", contact=MAIL)
        Donation.objects.filter(pk=there.pk).update(host=other)
    else:
        invited(cast, appeal := written(cast), contact=MAIL)
        DirectedAppeal.objects.filter(pk=appeal.pk).update(host=other)
    before = [list(model.objects.order_by("pk").values()) for model in (OutboxMessage, Invitee, Donor)]
    with pytest.raises(Refused, match="别的慈善会"):
        follow(cast, here)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (OutboxMessage, Invitee, Donor)
    ]
    client.force_login(cast.finance)
    assert 'name="erases"' not in client.get(f"/gifts/{here.code}/instruct/").text


def test_who_proves_a_contact_erases_what_it_leads_to_and_no_other_contact_of_the_account(cast: Cast) -> None:
    """Whoever types another's contact into a gift of their own account does not get at the other's gifts by it."""
    typed, mine = gift(cast, name="甲", contact=PHONE), gift(cast, name="甲", contact=MAIL)
    Donor.objects.filter(pk__in=[typed.donor_id, mine.donor_id]).update(user_id=cast.stranger.pk)
    gift(cast, name="乙", contact=PHONE)
    assert services.erase_all(queries.giver_of(cast.stranger, {})) == 2
    assert known() == {"", "乙"}


def test_the_trail_tells_of_the_erasure_of_who_gave_things_alone(cast: Cast, client: Client) -> None:
    given = receive(cast, donor_name="欧阳䶮", contact="")
    follow(cast, given)
    event = AuditEvent.objects.get(verb="erase_donor")
    assert event.facts["gifts"] == 1
    client.force_login(cast.auditor)
    page = client.get("/desk/audit/").text
    assert "删除捐赠人资料" in page and given.donor.code in page and "欧阳" not in page
