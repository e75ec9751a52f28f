"""What a draft of rules would do to votes, past decisions and committees, told from the published records."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent
from apps.divisions.models import Division
from apps.funds import queries as funds
from apps.funds.models import Rulebook
from apps.funds.services import adopt_rulebook
from apps.governance import queries, services
from apps.governance.models import Motion, Seat
from apps.governance.queries.what_if import WhatIf, tally_again, what_if
from apps.users.models import User
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, make_draft, open_motion, put_money, vote

pytestmark = pytest.mark.django_db
DISTRICT = ("H-QJ", 2, "500110")
LATER = DEADLINE + timedelta(hours=1)
DAY = clock.day_of(LATER)


def decided(house: Cast, choices: str = "yyyyn", **changes: Any) -> Motion:
    """Vote as the letters say (chair first; y, n, a; - for absent), close, and return the motion."""
    motion = open_motion(house, **changes)
    words = {"y": "yes", "n": "no", "a": "abstain"}
    with clock.set_to(NOON):
        for user, letter in zip((house.chair, *house.members), choices, strict=False):
            if letter in words:
                vote(motion, user, words[letter])
    with clock.set_to(LATER):
        return services.close(motion)


def draft(house: Cast, clauses: dict[str, Any], level: int = 2, division: str = "500110") -> WhatIf:
    with clock.set_to(LATER):
        written = {key: (value, "") for key, value in clauses.items()}
        return what_if(funds.drafted(house.host, level=level, division=division, on=DAY, clauses=written))


def test_the_record_told_again_under_its_own_rules_is_the_published_result(house: Cast) -> None:
    for choices in ("yyyyn", "yyy----", "nnnaayy", "-------", "yyynnn-"):
        motion = decided(house, choices, subject_code=choices)
        assert tally_again(motion, {}) == queries.result(motion)


def test_a_secret_record_is_told_again_by_its_ballots(house: Cast) -> None:
    adopt(house, 1, "500110", {"secret_ballot": "all"})
    motion = decided(house, "yyyyaan")
    assert motion.is_secret and {row["choice"] for row in (motion.result or {})["seats"]} == {"voted"}
    assert tally_again(motion, {}) == queries.result(motion)


def adopt(house: Cast, level: int, division: str, clauses: dict[str, Any]) -> None:
    adopt_rulebook(
        house.host,
        level=level,
        division=Division.objects.get(code=division),
        title="办法",
        document="綦慈〔2026〕1号",
        clauses={key: (value, "第三条") for key, value in clauses.items()},
        effective_from=clock.day_of(NOON),
        by=None,
    )


def test_decisions_that_would_have_ended_otherwise_are_listed_with_their_figures(house: Cast) -> None:
    five, all_seven = decided(house, "yyyyn", subject_code="A"), decided(house, "yyyyyyy", subject_code="B")
    would = draft(house, {"quorum_bp": [6, 7]})
    assert would.counted == 2
    (row,) = would.retold
    assert (row.motion, row.was.carried, row.would.carried) == (five, True, False)
    assert (row.was.quorum_needed, row.would.quorum_needed, row.would.present) == (5, 6, 5)
    assert all_seven.code not in {row.motion.code for row in would.retold}
    assert not draft(house, {"quorum_bp": [5, 7]}).retold


def test_a_lower_limit_makes_a_grant_a_major_matter(house: Cast) -> None:
    motion = decided(house, "yyyynaa")
    assert motion.passed
    (row,) = draft(house, {"major_grant_fen": 1_000_000}).retold
    assert (row.would.major, row.would.yes_needed, row.would.yes) == (True, 5, 4)


def test_reviews_above_and_longer_votes_are_said(house: Cast) -> None:
    decided(house, "yyyyyyy")
    would = draft(house, {"town_review_fen": 1_000_000, "vote_days_min": 10})
    assert not would.retold
    (row,) = would.stricter
    assert "¥10,000.00" in row.words and "街镇审核" in row.words and "10 天" in row.words


def test_what_is_older_than_a_year_is_not_told(house: Cast) -> None:
    decided(house, "yyyyn")
    with clock.set_to(LATER + timedelta(days=400)):
        groups = funds.drafted(
            house.host, level=2, division="500110", on=DAY, clauses={"quorum_bp": ([1, 1], "")}
        )
        assert what_if(groups).counted == 0


def test_open_votes_keep_their_rules_and_show_no_turnout(house: Cast) -> None:
    motion = open_motion(house, subject_code="A")
    make_draft(house, subject_code="B")
    before = draft_at_noon(house)
    with clock.set_to(NOON):
        vote(motion, house.chair, "yes")
        seat = Seat.objects.get(user=house.members[0])
        services.recuse(motion, seat=seat, reason="亲戚", by=house.members[0])
    after = draft_at_noon(house)
    (row,) = after.open_votes
    assert row.motion == motion and row.needs != row.would_need
    assert "至少来 5 人" in row.needs and "至少来 6 人" in row.would_need
    assert [(one.needs, one.would_need) for one in before.open_votes] == [(row.needs, row.would_need)]
    assert after.not_open == 1
    motion.refresh_from_db()
    assert motion.rules["quorum_bp"]["value"] == [2, 3]


def draft_at_noon(house: Cast) -> WhatIf:
    with clock.set_to(NOON):
        return what_if(
            funds.drafted(house.host, level=2, division="500110", on=DAY, clauses={"quorum_bp": ([6, 7], "")})
        )


def test_committees_that_would_break_a_rule_are_named(house: Cast) -> None:
    would = draft(house, {"committee_min_size": 9, "seats_donor_min": 1})
    (row,) = would.committees
    assert row.fund == house.fund and row.stops and len(row.faults) == 2
    assert any("9" in fault for fault in row.faults)
    assert not draft(house, {"committee_min_size": 6}).committees
    flags = draft(house, {"committee_min_size": 9, "composition_action": "flag"}, level=1)
    assert [(one.fund, one.stops) for one in flags.committees] == [(house.fund, False)]


def test_chains_below_that_could_never_be_kept_are_said(house: Cast) -> None:
    adopt(house, 3, "500110001", {"seats_party_min": 3})
    ((bound, words),) = draft(house, {"seats_party_max": 2}).contradictions
    assert {fund.code for fund in bound} == {"F-BBT", "F-XJZ"} and "合不起来" in words


def test_a_draft_that_changes_nothing_asks_nothing(house: Cast) -> None:
    decided(house, "yyyyn")
    would = draft(house, {"quorum_bp": [2, 3]})
    assert (would.effects, would.counted, would.retold, would.committees) == ([], 0, [], [])


def test_it_takes_few_queries_however_many_motions(house: Cast) -> None:
    put_money(house, 90_000_000, "gift:2")
    counts = []
    for number in range(3):
        for part in range(1 + number):
            decided(house, "yyyyn", subject_code=f"{number}-{part}")
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            draft(house, {"quorum_bp": [6, 7], "committee_min_size": 9})
        counts.append(len(queries_made))
    assert counts[0] == counts[-1] <= 12


@pytest.fixture
def page(house: Cast) -> Callable[..., Any]:
    def send(user: User, place: tuple[str, int, str] = DISTRICT, **data: str) -> Any:
        client = Client()
        client.force_login(user)
        address = reverse("governance:draft_rules", args=place)
        with clock.set_to(LATER):
            if not data:
                return client.get(address)
            facts = {"title": "区办法", "document": "綦慈〔2026〕1号", "effective_from": DAY.isoformat()}
            return client.post(address, facts | data)

    return send


def test_the_page_tells_and_writes_nothing(house: Cast, page: Callable[..., Any]) -> None:
    decided(house, "yyyyn")
    written = AuditEvent.objects.count()
    answer = page(house.admin, quorum_bp="6/7", preview="1")
    body = answer.content.decode()
    assert answer.status_code == 200
    for words in ("会不通过", "来 5 人，要 6 人", "独居老人午餐第二期", "通过新版本"):
        assert words in body
    assert (Rulebook.objects.count(), AuditEvent.objects.count()) == (0, written)


def test_who_may_not_adopt_may_still_try(house: Cast, page: Callable[..., Any]) -> None:
    community = ("H-QJ", 4, "500110001001")
    for user in (house.auditor, house.admin, house.members[0]):
        body = page(user, community, notice_days="20", preview="1").content.decode()
        assert "20 天" in body and "通过新版本</button>" not in body and "主任或秘书提交" in body
        assert "提交管委会表决</button>" not in body
        page(user, community, notice_days="20", table="1")
        assert not Motion.objects.exists()
        assert page(user, community, notice_days="20", adopt="1").status_code == 400
    assert page(house.stranger, community).status_code == 404
    Seat.objects.filter(user=house.secretary).update(ended_at=NOON)
    assert page(house.secretary, community).status_code == 404
    assert not Rulebook.objects.exists()


def test_the_form_folds_what_is_not_set(house: Cast, page: Callable[..., Any]) -> None:
    body = page(house.admin).content.decode()
    assert body.count('<details class="clause">') > 50 and '<details class="clause" open>' not in body
    page(house.admin, notice_days="20", permitted_fields="relief", adopt="1")
    body = page(house.admin).content.decode()
    assert body.count('<details class="clause" open>') == 2
    assert 'name="permitted_fields" value="relief"' in body


def test_a_communitys_rules_go_before_its_committee(house: Cast, page: Callable[..., Any]) -> None:
    community = ("H-QJ", 4, "500110001001")
    adopt(house, 1, "500110", {"notice_days": 8})
    body = page(house.secretary, community, notice_days="20", preview="1").content.decode()
    assert "提交管委会表决</button>" in body and "由管委会表决" in body
    refused = page(house.secretary, community, notice_days="5", table="1")
    assert refused.status_code == 422 and "比慈善会定《办法》第三条" in refused.content.decode()
    facts = {"notice_days": "20", "article_notice_days": "第二条", "document": "", "title": "百步梯公约"}
    answer = page(house.secretary, community, **facts, reason="让邻居有时间看", table="1")
    motion = Motion.objects.get()
    assert answer.headers["Location"] == reverse("governance:motion", args=[motion.code])
    assert (motion.kind, motion.is_major, motion.facts["text"]) == ("rule_change", True, "让邻居有时间看")
    assert not Rulebook.objects.filter(level=4).exists()
    with clock.set_to(LATER):
        motion = services.open_voting(motion, closes_at=LATER + timedelta(days=4), by=house.chair)
        for user in (house.chair, *house.members):
            vote(motion, user, "yes")
    with clock.set_to(LATER + timedelta(days=5)):
        services.close(motion)
        services.carry_out(Motion.objects.get(pk=motion.pk))
        rule = funds.effective_rules(house.fund)["notice_days"]
    assert (rule.value, rule.level, rule.article) == (20, 4, "第二条")


def test_a_motion_on_rules_shows_first_what_it_would_do(house: Cast) -> None:
    decided(house, "yyyyn--")
    opened = open_motion(house, subject_code="open")
    client = Client()
    client.force_login(house.secretary)
    address = reverse("governance:table_kind", args=[house.fund.code, "rule_change"])
    sent = {
        "title": "办法",
        "effective_from": DAY.isoformat(),
        "reason": "到会要多",
        "quorum_bp": "90",
        "preview": "1",
    }
    with clock.set_to(NOON):
        assert "先看会改变什么" in client.get(address).content.decode()
        answer = client.post(address, sent)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert opened.number in page and "1 个结果会不同" in page
        assert not Motion.objects.filter(kind="rule_change").exists()
        looser = client.post(address, sent | {"notice_days": "3"})
        assert looser.status_code == 422 and "只能更严" in looser.content.decode()
        assert client.post(address, {key: sent[key] for key in sent if key != "preview"}).status_code == 302
        motion = Motion.objects.get(kind="rule_change")
        again = client.post(reverse("governance:edit", args=[motion.code]), sent | {"quorum_bp": "80"})
        assert again.status_code == 200 and "会改变什么" in again.content.decode()
    motion.refresh_from_db()
    assert motion.facts["clauses"][0]["value"] == [9, 10]
