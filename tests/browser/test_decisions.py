"""A decision of every kind on a phone: tabled, studied, opened, voted on, counted, looked at above, and recomputed."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.funds.models import Rulebook
from apps.funds.queries import effective_rules
from apps.funds.services import adopt_rulebook
from apps.governance.models import AdoptedBudget, Motion, Seat
from apps.governance.services import cast as cast_ballot
from apps.governance.services import close_due, follow_decided
from apps.grants.models import Grant, Objection
from tests.books import assert_books_clean
from tests.browser.conftest import START, Visitor
from tests.browser.test_walk import apply, local
from tests.browser.thumb import fits, follow, press, tap
from tests.cast import Cast, person
from tests.funds.money import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLOSES = START + timedelta(days=4)
SCRIPT = Path(settings.ROOT) / "charityfund" / "static" / "verify" / "recompute_vote.py"


def day(days: int) -> str:
    return (clock.day_of(START) + timedelta(days=days)).isoformat()


def rule_change(page: Page, cast: Cast) -> None:
    page.locator("input[name=title]").fill("百步梯议事细则")
    page.locator("input[name=effective_from]").fill(day(10))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.locator("input[name=notice_days]").fill("10")
    page.locator("input[name=article_notice_days]").fill("第三条")


def purpose_change(page: Page, cast: Cast) -> None:
    page.locator("textarea[name=purpose]").fill("社区公益，含扶手维修")
    page.locator("input[name=basis]").first.check()
    page.locator("input[name=reference]").fill("同意书 3 份")
    page.locator("input[name=dated]").fill(day(0))


def budget(page: Page, cast: Cast) -> None:
    page.locator("input[name=elderly]").fill("12000")
    page.locator("input[name=children]").fill("8000.50")


def election(page: Page, cast: Cast) -> None:
    page.locator("input[name=from_day]").fill(day(0))
    page.locator("input[name=until_day]").fill(day(700))
    page.locator("input[name=user_1]").fill("newcomer@qj.test")
    page.locator("select[name=office_1]").select_option("member")
    page.locator("select[name=kind_1]").select_option("resident")
    leaving = Seat.objects.get(user=cast.members[-1])
    page.locator("select[name=replaces_1]").select_option(str(leaving.pk))


def closing(page: Page, cast: Cast) -> None:
    page.locator("textarea[name=reason]").fill("并入街镇基金")
    page.locator("select[name=receiver]").select_option(cast.other_fund.code)
    page.locator("textarea[name=surplus]").fill("用于相同用途的社区基金")


def text(page: Page, cast: Cast) -> None:
    page.locator("input[name=title]").fill("每月 8 日公开账本")
    page.locator("textarea[name=text]").fill("专职社工每月 8 日在大厅摆出账本。")


FILL = {
    Motion.Kind.RULE_CHANGE: rule_change,
    Motion.Kind.PURPOSE_CHANGE: purpose_change,
    Motion.Kind.BUDGET: budget,
    Motion.Kind.ELECTION: election,
    Motion.Kind.CLOSING: closing,
    Motion.Kind.TEXT: text,
}


def table(page: Page, cast: Cast, kind: str) -> Motion:
    page.goto(f"/committee/{cast.fund.code}/table/{kind}/")
    assert fits(page)
    FILL[Motion.Kind(kind)](page, cast)
    tap(page.locator("main form button.button, form.form button.button").last)
    return Motion.objects.get(kind=kind)


def study(page: Page, motion: Motion) -> None:
    """Major matters go before the party organisation first, which decides nothing."""
    page.goto(f"/motion/{motion.code}/")
    assert fits(page)
    if page.get_by_role("button", name="送党组织研究").count() == 0:
        return
    press(page, "送党组织研究")
    page.goto(f"/motion/{motion.code}/study/")
    page.locator("input[name=held_on]").fill(day(0))
    page.locator("[name=took_part]").fill("支部书记、委员三人")
    page.locator("input[name=opinion][value=matters_raised]").check()
    page.locator("textarea[name=raised]").fill("请在公示栏贴出来")
    press(page, "登记")


def vote_by_phone(page: Page, motion: Motion, choice: str) -> None:
    page.goto(f"/vote/{motion.code}/")
    assert fits(page)
    tie = page.locator("input[name=tie]")
    if tie.count():
        tie.first.check()
    page.locator(f"input[name=choice][value={choice}]").check()
    press(page, "确认投票")
    expect(page.locator("body")).to_contain_text("您投的是")


def opened(chair: Page, motion: Motion, closes: datetime) -> None:
    chair.goto(f"/motion/{motion.code}/")
    assert fits(chair)
    chair.locator("input[name=closes_at]").fill(local(closes))
    press(chair, "开始表决")
    motion.refresh_from_db()
    assert motion.state == Motion.State.OPEN, (motion.kind, chair.locator("body").inner_text())


def everyone_votes(cast: Cast, member: Page, motion: Motion, choice: str) -> None:
    """One on the phone's page, the others by the same verb."""
    vote_by_phone(member, motion, choice)
    for voter in (cast.chair, *cast.members[1:]):
        cast_ballot(motion, choice=choice, subject_hash=motion.subject_hash, by=voter)


def shows_no_count(page: Page, motion: Motion) -> None:
    page.goto(f"/m/{motion.code}/")
    assert fits(page)
    shown = page.locator("main").inner_text()
    assert not re.search(r"(赞成|反对|弃权|到会|来了|投了)\s*\d", shown), "neither counts nor turnout"


def recomputes(page: Page, motion: Motion, folder: Path) -> str:
    file = folder / f"{motion.code}.json"
    file.write_bytes(page.request.get(f"/m/{motion.code}/record.json").body())
    answer = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    return answer.stdout


def rules_for_all(cast: Cast) -> None:
    """Major matters are studied first, elections are secret."""
    adopt_rulebook(
        cast.host,
        level=Rulebook.Level.HOST,
        division=cast.host.division,
        title="基金管理办法",
        document="綦慈〔2026〕1号",
        clauses={"party_review": ("major", "第十条"), "secret_ballot": ("elections", "第十四条")},
        effective_from=clock.day_of(START),
        by=None,
    )


def test_every_kind_is_decided_on_a_phone(house: Cast, visitor: Visitor, tmp_path: Any) -> None:
    cast = house
    person("石大芳", "newcomer@qj.test")
    with clock.set_to(START):
        rules_for_all(cast)
        chair, secretary, member, anyone = (
            visitor(cast.chair),
            visitor(cast.secretary),
            visitor(cast.members[0]),
            visitor(),
        )
        motions = {kind: table(chair, cast, kind) for kind in FILL}
        for motion in motions.values():
            study(secretary, motion)
            opened(chair, motion, CLOSES)
            # The closing is voted down; everything else is carried.
            choice = "no" if motion.kind == Motion.Kind.CLOSING else "yes"
            everyone_votes(cast, member, motion, choice)
            shows_no_count(anyone, motion)

    with clock.set_to(CLOSES + timedelta(seconds=1)):
        close_due()
        follow_decided()
        for kind, motion in motions.items():
            motion.refresh_from_db()
            anyone.goto(f"/m/{motion.code}/")
            assert fits(anyone)
            page = anyone.locator("main").inner_text()
            expected = "未通过" if kind == Motion.Kind.CLOSING else "通过"
            assert expected in page, kind
            assert ("未通过" if kind == Motion.Kind.CLOSING else "通过") in recomputes(
                anyone, motion, tmp_path
            )
        assert motions[Motion.Kind.CLOSING].state == Motion.State.LOST
        assert motions[Motion.Kind.PURPOSE_CHANGE].state == Motion.State.CARRIED, "the district looks first"

        admin = visitor(cast.admin)
        admin.goto("/approvals/")
        assert fits(admin)
        follow(admin, "改基金用途")
        admin.locator("input[name=decision][value=pass]").check()
        press(admin, "写下意见")
        follow_decided()
        cast.fund.refresh_from_db()
        assert cast.fund.purpose == "社区公益，含扶手维修"
        assert AdoptedBudget.objects.get().lines == {"elderly": 12_000_00, "children": 8_000_50}
        assert Seat.objects.filter(user__name="石大芳", ended_at=None).exists()
        assert Seat.objects.get(user=cast.members[-1]).ended_at is not None
        rule = effective_rules(cast.fund, clock.day_of(START) + timedelta(days=10))["notice_days"]
        assert (rule.value, rule.level) == (10, Rulebook.Level.COMMUNITY)

        secret = motions[Motion.Kind.ELECTION]
        anyone.goto(f"/m/{secret.code}/")
        assert "已投票" in anyone.locator("main").inner_text(), "who voted, not what"
        assert all(set(row) == {"choice", "receipt", "subject_hash"} for row in secret.result["ballots"]), (
            "no name at a choice"
        )
        assert_books_clean()


def test_a_grant_and_what_an_objection_makes_of_it_are_decided_on_a_phone(
    house: Cast, visitor: Visitor, tmp_path: Path
) -> None:
    """The two kinds that are tabled from their project: the grant, and its change after an objection was upheld."""
    cast, later = house, CLOSES + timedelta(days=4)
    with clock.set_to(START):
        give(cast.fund, 100_00, restriction=cast.restriction)
        implementer, chair, secretary, member, anyone = (
            visitor(cast.implementer),
            visitor(cast.chair),
            visitor(cast.secretary),
            visitor(cast.members[0]),
            visitor(),
        )
        project = apply(implementer, cast.fund.code)
        assert fits(implementer)
        chair.goto(f"/grants/table/{project.code}/")
        assert fits(chair)
        press(chair, "提交表决")
        motion = Motion.objects.get(kind=Motion.Kind.GRANT)
        opened(chair, motion, CLOSES)
        everyone_votes(cast, member, motion, "yes")
        shows_no_count(anyone, motion)

    with clock.set_to(CLOSES + timedelta(seconds=1)):
        close_due()
        assert "通过" in recomputes(anyone, motion, tmp_path)
        grant = Grant.objects.get(state=Grant.State.NOTICE)
        anyone.goto(f"/p/{project.code}/")
        tap(anyone.locator(f"a[href='/objections/new/{grant.code}/']"))
        anyone.locator("input[name=ground]").first.check()
        anyone.locator("textarea[name=words]").fill("预算里的配送比市价贵一倍")
        assert fits(anyone)
        press(anyone, "提交异议")
        secretary.goto(f"/grants/objections/{Objection.objects.get().code}/")
        secretary.locator("[name=public_words]").fill("配送费偏高")
        secretary.locator("[name=answer]").fill("属实，请管委会再议。")
        secretary.locator("input[name=decision][value=revote]").check()
        assert fits(secretary)
        press(secretary, "公开答复")
        again = Motion.objects.get(kind=Motion.Kind.GRANT_CHANGE)
        opened(chair, again, later)
        everyone_votes(cast, member, again, "no")
        shows_no_count(anyone, again)

    with clock.set_to(later + timedelta(seconds=1)):
        close_due()
        assert "未通过" in recomputes(anyone, again, tmp_path)
        anyone.goto(f"/m/{again.code}/")
        assert fits(anyone)
        assert "未通过" in anyone.locator("main").inner_text()
        grant.refresh_from_db()
        assert grant.state == Grant.State.TERMINATED, "what was objected to and not voted for again is ended"
        assert_books_clean()
