"""One donor over many rows: merged by finance with a reason, parted again, erased as a whole, told to few."""

import secrets
from itertools import islice
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.sealing import blind_index
from apps.core.verdicts import Refused
from apps.desk.queries.own_data import everything
from apps.donations import permissions, queries, services
from apps.donations.likeness import Why
from apps.donations.models import Donation, Donor, DonorApart, DonorContact, DonorMerge, FiscalReceipt
from apps.donations.queries import care
from apps.donations.rules import Giver
from apps.donations.services import OfflineGift
from apps.grants.queries import donors_of
from apps.seeding.queries.matching import identities
from tests.books import assert_books_clean
from tests.cast import ORGANISATION_USCC, Cast
from tests.donations.test_goods import receive
from tests.donations.test_pledges import promise

pytestmark = pytest.mark.django_db
PHONE, MAIL = "13900001234", "snow@example.org"


def gift(cast: Cast, amount: int = 10_000, **changes: Any) -> Donation:
    words: dict[str, Any] = {
        "fund": cast.fund,
        "channel": "bank",
        "day": clock.today(),
        "key": secrets.token_hex(8),
        "name_choice": "masked",
    }
    return services.record_offline(OfflineGift(amount=amount, **(words | changes)), by=cast.finance)


def merge(cast: Cast, *donors: Donor, reason: str = "电话里核实过", by: Any = None) -> Donor:
    return services.merge_donors(donors, host=cast.host, reason=reason, by=by or cast.finance)


def two(cast: Cast) -> tuple[Donor, Donor]:
    """The same person by telephone and by e-mail, with two spellings of the name."""
    return (
        gift(cast, name="欧阳雪", contact=PHONE).donor,
        gift(cast, 5_000, name="欧阳 雪", contact=MAIL).donor,
    )


def state() -> list[Any]:
    """Everything that a merge might touch."""
    return [
        list(Donor.objects.order_by("pk").values()),
        list(Donation.objects.order_by("pk").values()),
    ]


def giver(contact: str) -> Giver:
    return Giver(contact_index=blind_index(contact))


def test_merged_rows_are_one_donor_by_any_of_their_contacts(cast: Cast) -> None:
    one, other = two(cast)
    assert [row.donor for row in queries.gifts_of(giver(MAIL))] == [other]
    assert not permissions.is_own(giver(MAIL), one)
    assert merge(cast, other, one) == one
    for contact in (PHONE, MAIL):
        assert {row.donor for row in queries.gifts_of(giver(contact))} == {one, other}
        assert permissions.is_own(giver(contact), one) and permissions.is_own(giver(contact), other)
        assert {row["code"] for row in everything(giver(contact))["donors"]} == {one.code, other.code}
    assert not permissions.is_own(giver("13700000000"), one)
    assert queries.giving_by_head([one.pk], [cast.host])[one.pk].total == 15_000
    assert_books_clean()


def test_a_merge_and_its_undoing_leave_everything_as_it_was(cast: Cast) -> None:
    one, other = two(cast)
    third = gift(cast, name="欧阳雪", contact="023-1234567").donor
    before = state()
    merge(cast, other, third)
    merge(cast, other, one)
    third.refresh_from_db()
    assert {row.pk for row in queries.family_of(third)} == {one.pk, other.pk, third.pk}
    assert_books_clean()
    # Undone in whatever order: the later act stands without the earlier.
    first, second = DonorMerge.objects.order_by("pk")
    undone = services.part_donors(first, reason="查错了", by=cast.finance)
    assert services.part_donors(first, reason="查错了", by=cast.finance) == undone
    assert {row.pk for row in queries.family_of(one)} == {one.pk, other.pk}
    third.refresh_from_db()
    assert list(queries.family_of(third)) == [third]
    assert_books_clean()
    services.part_donors(second, reason="查错了", by=cast.finance)
    assert state() == before
    assert_books_clean()
    merge(cast, one, other)
    assert AuditEvent.objects.filter(verb="merge_donors").count() == 3


def test_merging_twice_changes_nothing(cast: Cast) -> None:
    one, other = two(cast)
    merge(cast, one, other)
    assert merge(cast, one, other) == one
    assert DonorMerge.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "请写为什么"),
        ("就是欧阳雪", "不要写捐赠人的姓名"),
        ("打 139 0000 1234 问的", "不要写捐赠人的姓名"),
        ("a" * 201, "最多 200"),
    ],
)
def test_a_reason_is_needed_and_tells_nobody(cast: Cast, reason: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        merge(cast, *two(cast), reason=reason)
    assert not DonorMerge.objects.exists()


def test_who_may_not_merge_whom(cast: Cast) -> None:
    one, other = two(cast)
    firm = gift(cast, name="暖心商行有限公司", kind="organisation").donor
    with pytest.raises(Refused, match="个人和单位"):
        merge(cast, one, firm)
    with pytest.raises(Refused, match="至少勾选两位"):
        merge(cast, one)
    for nobody in (cast.auditor, cast.admin, cast.secretary):
        with pytest.raises(Refused):
            merge(cast, one, other, by=nobody)
    services.erase_donor(one, by=None)
    with pytest.raises(Refused, match="已经删除"):
        merge(cast, one, other)


def test_acts_stay_and_a_pointer_without_an_act_is_found(cast: Cast) -> None:
    one, other = two(cast)
    Donor.objects.filter(pk=other.pk).update(merged_into=one)
    assert list(queries.misplaced_donors()) == [{"donor": other.pk, "stands_for": one.pk}]
    Donor.objects.filter(pk=other.pk).update(merged_into=None)
    merge(cast, one, other)
    assert not list(queries.misplaced_donors())
    Donor.objects.filter(pk=other.pk).update(merged_into=None)
    assert list(queries.misplaced_donors())
    for change in (lambda: DonorMerge.objects.update(reason="x"), lambda: DonorMerge.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_erasing_one_erases_all_that_was_merged_with_it(cast: Cast) -> None:
    firm = gift(cast, name="暖心商行有限公司", contact=PHONE, kind="organisation", name_choice="real",
                consents=frozenset({"publish_name"})).donor  # fmt: skip
    twin = gift(cast, name="暖心商行有限公司", contact=MAIL, kind="organisation").donor
    services.add_contact(twin, host=cast.host, person="钱经理", phone="13811112222", by=cast.finance)
    merge(cast, firm, twin)
    services.erase_all(giver(MAIL))
    for row in Donor.objects.all():
        assert row.erased_at and not (
            row.name_sealed + row.contact_sealed + row.contact_index + row.name_index
        )
    contact = DonorContact.objects.get()
    assert contact.ended_at and not contact.person_sealed + contact.phone_sealed + contact.email_sealed
    assert set(Donation.objects.values_list("public_name", flat=True)) == {"爱心居民"}
    assert_books_clean()


def test_a_merged_donors_data_stands_nowhere_new(cast: Cast, client: Client) -> None:
    one, other = two(cast)
    act_reason = "来过办公室，带着证件"
    merge(cast, one, other, reason=act_reason)
    told = [str(row) for row in AuditEvent.objects.values()] + [
        str(row) for row in DonorMerge.objects.values()
    ]
    answers = [client.get(f"/f/{cast.fund.code}/")]
    client.force_login(cast.auditor)
    answers += [client.get("/desk/audit/"), client.get("/gifts/")]
    assert [answer.status_code for answer in answers] == [200] * 3
    pages = [answer.text for answer in answers]
    assert one.code in pages[1]
    for secret in ("欧阳雪", "欧阳 雪", PHONE, MAIL):
        assert not any(secret in text for text in told + pages)
    assert not any(act_reason in text for text in pages)


def test_who_looks_like_whom_and_why(cast: Cast) -> None:
    def found() -> dict[Why, tuple[int, ...]]:
        return {one.why: one.heads for one in queries.suggestions([cast.host])}

    one, other = two(cast)
    assert found() == {Why.NAME: (one.pk, other.pk)}
    same_phone = gift(cast, name="雪", contact="+86 139-0000-1234").donor
    assert found()[Why.CONTACT] == (one.pk, same_phone.pk)
    # The same name in another fund is a common name, no sign.
    gift(cast, fund=cast.other_fund, name="欧阳雪")
    gift(cast, name="爱心人士"), gift(cast, name="爱心人士")
    assert found()[Why.NAME] == (one.pk, other.pk)
    assert [like.why for like in queries.suggestions([cast.host], only=other)] == [Why.NAME]
    services.tell_apart([one, other], host=cast.host, by=cast.finance)
    assert services.tell_apart([other, one], host=cast.host, by=cast.finance) == 0
    assert found() == {Why.CONTACT: (one.pk, same_phone.pk)}
    merge(cast, one, same_phone)
    assert found() == {}
    with pytest.raises(DatabaseError), transaction.atomic():
        DonorApart.objects.all().delete()


def test_of_many_who_look_alike_so_many_are_found_and_none_hides_behind_those_told_apart(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(care, "KEYS_AT_ONCE", 2)
    pairs = [[gift(cast, name=f"张{n}").donor for _turn in range(2)] for n in "一二三四五六七"]
    everyone = queries.suggestions([cast.host])
    assert sorted(one.heads for one in everyone) == sorted((one.pk, other.pk) for one, other in pairs)
    with django_assert_max_num_queries(12):
        assert queries.suggestions([cast.host], most=3) == everyone[:3]
    for one in everyone[:4]:
        services.tell_apart(Donor.objects.filter(pk__in=one.heads), host=cast.host, by=cast.finance)
    assert queries.suggestions([cast.host], most=2) == everyone[4:6]


def test_firms_with_one_credit_code_look_alike(cast: Cast) -> None:
    firms = []
    for name in ("暖心商行", "暖心商行有限公司"):
        came = gift(cast, name=name, kind="organisation")
        receipt = services.request_receipt(
            came, name=name, kind="organisation", uscc=ORGANISATION_USCC, by=cast.finance
        )
        assert receipt.payer_uscc == ORGANISATION_USCC
        firms.append(came.donor.pk)
    assert [(one.why, one.heads) for one in queries.suggestions([cast.host])] == [
        (Why.CREDIT_CODE, tuple(firms))
    ]


def test_firms_with_several_codes_are_found_by_the_one_they_share(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(care, "KEYS_AT_ONCE", 1)
    firms = []
    for codes in (("AAA", "CCC", "EEE"), ("AAA", "DDD", "FFF"), ("BBB",), ("BBB",)):
        came = [gift(cast, name=f"商行{len(firms)}", kind="organisation") for _code in codes]
        Donation.objects.filter(pk__in=[one.pk for one in came]).update(donor=came[0].donor)
        firms.append(came[0].donor.pk)
        FiscalReceipt.objects.bulk_create(
            FiscalReceipt(
                code=f"F-{one.code}", donation=one, host=cast.host, state="requested", payer_uscc=code,
                asked_at=clock.now(),
            )
            for one, code in zip(came, codes, strict=True)
        )  # fmt: skip
    assert list(islice(care._shared_keys(Why.CREDIT_CODE, [cast.host]), 9)) == [["AAA"], ["BBB"]]
    found = [one.heads for one in queries.suggestions([cast.host]) if one.why is Why.CREDIT_CODE]
    assert found == [tuple(firms[:2]), tuple(firms[2:])]
    alike = [one.heads for one in queries.suggestions([cast.host], only=came[0].donor)]
    assert alike == [tuple(firms[2:])]


def test_no_kind_of_likeness_takes_the_whole_list(cast: Cast) -> None:
    for phone in ("13900000001", "13900000002", "13900000003"):
        gift(cast, name=phone, contact=phone), gift(cast, name=f"{phone}号", contact=phone)
    two(cast)
    assert [one.why for one in queries.suggestions([cast.host], most=3)] == [Why.CONTACT] * 2 + [Why.NAME]


def test_whoever_asks_who_gave_follows_the_merge(cast: Cast) -> None:
    came = gift(cast, name="欧阳雪", contact=PHONE)
    other = gift(cast, name="雪", fund=cast.other_fund).donor
    Donor.objects.filter(pk=other.pk).update(user_id=cast.stranger.pk)
    assert donors_of(came.restriction) == set()
    assert len(set(identities([came.donor, other]).values())) == 2
    merge(cast, came.donor, other)
    assert donors_of(came.restriction) == {cast.stranger.pk}
    rows = list(Donor.objects.order_by("pk"))
    assert len(set(identities(rows).values())) == 1
    assert queries.gifts_of(Giver(user_id=cast.stranger.pk)).count() == 2


def test_contacts_are_of_organisations_and_go_when_they_end(cast: Cast) -> None:
    firm = gift(cast, name="暖心商行有限公司", kind="organisation").donor
    words: dict[str, Any] = {
        "host": cast.host,
        "person": "钱经理",
        "phone": "13811112222",
        "by": cast.finance,
    }
    contact = services.add_contact(firm, **words)
    assert services.add_contact(firm, **words) == contact
    assert (contact.person, contact.phone) == ("钱经理", "13811112222")
    assert "钱经理" not in str(list(DonorContact.objects.values()) + list(AuditEvent.objects.values()))
    for change, sentence in (
        ({"person": ""}, "姓名"),
        ({"phone": ""}, "至少写一项"),
        ({"by": cast.auditor}, "财务"),
    ):
        with pytest.raises(Refused, match=sentence):
            services.add_contact(firm, **(words | change))
    with pytest.raises(Refused, match="只有单位"):
        services.add_contact(gift(cast, name="张三").donor, **words)
    services.end_contact(contact, by=cast.finance)
    assert services.end_contact(contact, by=cast.finance).person == ""


def test_finance_finds_compares_merges_and_undoes_on_pages(cast: Cast, client: Client) -> None:
    one, other = two(cast)
    client.force_login(cast.finance)
    listed = client.get("/gifts/donors/").content.decode()
    assert "欧阳*" in listed and "欧阳雪" not in listed and PHONE not in listed
    found = client.post("/gifts/donors/", {"words": "139 0000 1234"}).content.decode()
    assert one.code in found and other.code not in found
    assert other.code in client.get("/gifts/donors/alike/").content.decode()
    assert not AuditEvent.objects.filter(verb="see_donor").exists()
    compare = f"/gifts/donors/{other.code}/alike/name/"
    page = client.get(compare).content.decode()
    assert PHONE in page and MAIL in page
    assert AuditEvent.objects.filter(verb="see_donor").count() == 2
    both = {"donors": [one.code, other.code], "act": "merge"}
    refused = client.post(compare, both)
    assert refused.status_code == 422 and "请写为什么" in refused.content.decode()
    assert client.post(compare, both | {"reason": "电话里核实过"}).status_code == 302
    page = client.get(f"/gifts/donors/{other.code}/").content.decode()
    assert "¥150.00" in page and PHONE in page and MAIL in page
    undo = f"/gifts/donors/merges/{DonorMerge.objects.get().code}/undo/"
    assert client.post(undo, {"reason": ""}).status_code == 422
    assert client.post(undo, {"reason": "查错了"}).status_code == 302
    assert client.post(compare, both | {"act": "apart"}).status_code == 302
    assert client.get(compare).status_code == 404
    client.force_login(cast.auditor)
    assert client.get(f"/gifts/donors/{one.code}/").status_code == 404


def test_the_history_goes_over_all_channels_page_by_page(cast: Cast) -> None:
    one, other = two(cast)
    pledge = promise(cast, name="欧阳雪", kind="person", contact="")
    things = receive(cast, donor_name="欧阳雪")
    merge(cast, one, other, pledge.donor, things.donor)
    lines = queries.happened(queries.history(one, [cast.host])[:10])
    assert sorted(line.kind for line in lines) == ["donation", "donation", "inkindgift", "pledge"]
    assert queries.happened(queries.history(one, [cast.host])[1:2]) == lines[1:2]
    assert queries.history(one, [cast.host]).count() == 4
    assert [(fund, sum.total) for fund, sum in queries.giving_by_fund(one, [cast.host])] == [
        (cast.fund, 15_000)
    ]
