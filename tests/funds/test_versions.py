"""Versions of rules: the document beside them, the motion behind them, taking one back, sending one twice."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core import clock, versions
from apps.core.models import StoredFile
from apps.core.verdicts import Refused
from apps.divisions.rules import lineage
from apps.funds import queries, services
from apps.funds.models import Rulebook, RulebookFile
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.core.test_files import encoded, pdf, picture
from tests.funds.test_rulebooks import PLACES, adopt

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
SOON = TODAY + timedelta(days=30)


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with clock.set_to(NOW):
        yield


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("page.jpg", encoded(picture()), "image/jpeg")


def paper(body: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("decree.pdf", body or pdf(), "application/pdf")


def test_a_version_carries_its_document(cast: Cast, client: Client) -> None:
    book = adopt(cast, 3, {"notice_days": 9}, issued_on=date(2026, 11, 1), uploads=[paper(), scan()])
    assert book.issued_on == date(2026, 11, 1)
    kept = [one.file for one in RulebookFile.objects.filter(rulebook=book).order_by("number")]
    assert [file.content_type for file in kept] == ["application/pdf", "image/jpeg"]
    for file in kept:
        answer = client.get(reverse("core:document", args=[file.code]))
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    more = services.attach_document(book, uploads=[scan()], by=cast.coordinator)
    assert [one.number for one in more] == [3]
    with pytest.raises(Refused, match="30 个文件"):
        services.attach_document(book, uploads=[scan() for _number in range(28)], by=None)
    assert book.files.count() == 3


def test_who_lays_documents_beside_rules(cast: Cast) -> None:
    town, community = adopt(cast, 3, {"notice_days": 9}), adopt(cast, 4, {"notice_days": 10})
    for book, person in ((town, cast.admin), (community, cast.coordinator), (community, cast.stranger)):
        with pytest.raises(Refused):
            services.attach_document(book, uploads=[scan()], by=person)
    services.attach_document(community, uploads=[scan()], by=cast.admin)
    assert StoredFile.objects.count() == 1


def test_what_is_no_document_adopts_nothing(cast: Cast) -> None:
    with pytest.raises(Refused, match="PDF") as refusal:
        adopt(cast, 3, {"notice_days": 9}, uploads=[paper(b"MZ not a document")])
    assert refusal.value.field == "uploads"
    assert not Rulebook.objects.exists() and not StoredFile.objects.exists()


def test_a_motion_adopts_once(cast: Cast) -> None:
    book = adopt(cast, 4, {"notice_days": 10}, motion="M-1")
    assert adopt(cast, 4, {"notice_days": 10}, motion="M-1", effective_from=SOON) == book
    assert Rulebook.objects.count() == 1
    rule = queries.effective_rules(cast.fund)["notice_days"]
    assert (rule.motion, rule.level) == ("M-1", 4)


def test_the_same_version_sent_twice_is_one(cast: Cast) -> None:
    book = adopt(cast, 3, {"notice_days": 10, "permitted_fields": ["elderly", "relief"]}, by=cast.coordinator)
    again = adopt(
        cast, 3, {"permitted_fields": ["relief", "elderly"], "notice_days": 10}, by=cast.coordinator
    )
    assert again == book
    assert adopt(cast, 3, {"notice_days": 11}, by=cast.coordinator).version == 2


def test_a_coming_version_is_taken_back_with_a_reason(cast: Cast) -> None:
    adopt(cast, 3, {"notice_days": 9})
    coming = adopt(cast, 3, {"notice_days": 20}, effective_from=SOON)
    assert queries.effective_rules(cast.fund, SOON)["notice_days"].value == 20
    with pytest.raises(Refused) as refusal:
        services.withdraw_rulebook(coming, reason=" ", by=cast.coordinator)
    assert refusal.value.field == "reason"
    with pytest.raises(Refused):
        services.withdraw_rulebook(coming, reason="改期", by=cast.admin)
    before = versions.version(queries.rules_version(cast.host.code))
    withdrawn = services.withdraw_rulebook(coming, reason="改期", by=cast.coordinator)
    assert services.withdraw_rulebook(coming, reason="又", by=cast.coordinator).withdrawn_because == "改期"
    assert withdrawn.withdrawn_at is not None
    assert versions.version(queries.rules_version(cast.host.code)) == before + 1
    assert queries.effective_rules(cast.fund, SOON)["notice_days"].value == 9
    assert adopt(cast, 3, {"notice_days": 12}, by=cast.coordinator).version == 3
    for day in (TODAY, SOON):
        books = queries.books_in_force(cast.host.pk, day, divisions=lineage(cast.fund.division_id))
        assert queries.effective_rules(cast.fund, day) == queries.combined(queries.settings_of(books))
    assert_books_clean()


def test_what_holds_is_not_taken_back(cast: Cast) -> None:
    book = adopt(cast, 3, {"notice_days": 9})
    with pytest.raises(Refused, match="已经生效"):
        services.withdraw_rulebook(book, reason="改期", by=cast.coordinator)


def test_a_lower_version_that_rested_on_a_withdrawn_one_is_flagged_and_no_fault(cast: Cast) -> None:
    adopt(cast, 1, {"notice_days": 10})
    coming = adopt(cast, 1, {"notice_days": 5}, effective_from=SOON)
    town = adopt(cast, 3, {"notice_days": 6}, effective_from=SOON)
    services.withdraw_rulebook(coming, reason="改期", by=cast.admin)
    assert_books_clean()
    assert [flag.book for flag in queries.flagged(cast.host, SOON)] == [town]


@pytest.mark.parametrize(
    ("clauses", "field", "says"),
    [
        ({"seats_party_min": 3, "seats_party_max": 2}, "seats_party_min", "合不起来"),
        ({f"seats_{kind}_min": 9 for kind in ("party", "resident", "donor")}, "seats_party_min", "27 人"),
        ({"permitted_fields": []}, "permitted_fields", "至少要选一项"),
        ({"notice_days": 10**30}, "notice_days", "60 天"),
        ({"quorum_bp": [101, 100]}, "quorum_bp", "101/100"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(
    cast: Cast, clauses: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        adopt(cast, 1, clauses)
    assert refusal.value.field == field and not Rulebook.objects.exists()


def test_a_most_below_the_least_of_the_level_above_is_refused(cast: Cast) -> None:
    adopt(cast, 1, {"seats_party_min": 3})
    with pytest.raises(Refused, match="合不起来"):
        adopt(cast, 3, {"seats_party_max": 2})


def test_only_the_host_sets_its_ratios(cast: Cast) -> None:
    adopt(cast, 1, {"spending_min_bp": 7500})
    with pytest.raises(Refused, match="只有慈善会能定"):
        adopt(cast, 2, {"spending_min_bp": 8000})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effective_from": TODAY + timedelta(days=2000)}, "effective_from"),
        ({"effective_from": date.max}, "effective_from"),
        ({"issued_on": TODAY + timedelta(days=1)}, "issued_on"),
    ],
)
def test_days_are_possible_ones(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        adopt(cast, 1, {"notice_days": 7}, **changes)
    assert refusal.value.field == field


def test_lists_tighten_down_the_levels(cast: Cast) -> None:
    adopt(cast, 1, {"permitted_fields": ["relief", "elderly"], "forbidden_uses": ["reception"]})
    with pytest.raises(Refused, match="慈善会定办法"):
        adopt(cast, 3, {"permitted_fields": ["relief", "safety"]})
    adopt(cast, 3, {"permitted_fields": ["elderly"], "forbidden_uses": ["cash_gifts"]})
    found = queries.effective_rules(cast.fund)
    assert found["permitted_fields"].value == ["elderly"]
    assert {"reception", "cash_gifts", "profit"} <= set(found["forbidden_uses"].value)  # type: ignore[arg-type]
    assert found["forbidden_uses"].level_words == "慈善会定、街镇定"


def test_flags_name_the_clause_above(cast: Cast) -> None:
    town, other = adopt(cast, 3, {"notice_days": 9}), adopt(cast, 4, {"notice_days": 10})
    assert not queries.flagged(cast.host)
    adopt(cast, 2, {"notice_days": 20, "vote_days_min": 5})
    flags = queries.flagged(cast.host)
    assert [(flag.book, flag.key) for flag in flags] == [(town, "notice_days"), (other, "notice_days")]
    assert all("区定办法" in flag.sentence for flag in flags)
    assert [flag.book for flag in queries.flagged(cast.host, level=4)] == [other]
    assert not queries.flagged(cast.host, division="500110002")


@pytest.fixture
def page(client: Client, cast: Cast) -> Callable[..., Any]:
    client.force_login(cast.coordinator)
    place = ("H-QJ", 3, PLACES[3])

    def send(name: str, version: int, data: dict[str, Any]) -> Any:
        return client.post(reverse(f"funds:{name}", args=[*place, version]), data)

    return send


def test_staff_attach_and_withdraw_on_the_page(cast: Cast, page: Callable[..., Any], client: Client) -> None:
    adopt(cast, 3, {"notice_days": 9})
    adopt(cast, 3, {"notice_days": 20}, effective_from=SOON)
    answer = page("attach_document", 1, {"uploads": [paper(b"nothing")]})
    assert answer.status_code == 422 and "文件要是 PDF" in answer.content.decode()
    assert page("attach_document", 1, {}).status_code == 422
    assert page("attach_document", 1, {"uploads": [paper(), scan()]}).status_code == 302
    assert page("withdraw_rulebook", 2, {"reason": ""}).status_code == 422
    assert page("withdraw_rulebook", 1, {"reason": "改期"}).status_code == 422
    assert page("withdraw_rulebook", 2, {"reason": "改期"}).status_code == 302
    assert page("withdraw_rulebook", 10**20, {"reason": "改期"}).status_code == 404
    shown = client.get(reverse("funds:rulebook", args=["H-QJ", 3, PLACES[3]])).content.decode()
    for words in ("撤回的原因：改期", "第 2 页", "PDF 1"):
        assert words in shown
