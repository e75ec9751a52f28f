"""Changes of a grant: small ones by the chair, others by a vote; suspension; write-off by vote only; the agreement."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core import clock, pdf
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import queries, services
from apps.grants.models import Clawback, Grant, GrantAgreement, GrantChange
from apps.grants.rules import changes as rules
from apps.projects.models import Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house as h

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def after_the_notice() -> object:
    with clock.set_to(h.AFTER_NOTICE):
        yield


def decide(cast: Cast, change: GrantChange, choice: str = "yes") -> GrantChange:
    """Vote on a change and let what follows be done."""
    motion = Motion.objects.get(pk=change.motion_id)
    motion = governance.open_voting(motion, closes_at=clock.now() + timedelta(days=4), by=cast.chair)
    for user in (cast.chair, *cast.members):
        governance.cast(motion, user=user, choice=choice, subject_hash=motion.subject_hash, by=user)
    with clock.set_to(clock.now() + timedelta(days=5)):
        governance.close(motion)
        services.settle_decided()
    change.refresh_from_db()
    return change


@pytest.mark.parametrize(
    ("first", "now", "fen"),
    [
        ({"a": 100, "b": 50}, {"a": 100, "b": 50}, 0),
        ({"a": 100, "b": 50}, {"a": 90, "b": 60}, 10),
        ({"a": 100, "b": 50}, {"a": 0, "b": 150}, 100),
        ({"a": 10, "b": 10, "c": 10}, {"a": 0, "b": 15, "c": 15}, 10),
    ],
)
def test_what_is_shifted(first: dict[str, int], now: dict[str, int], fen: int) -> None:
    assert rules.shifted(first, now) == fen == rules.shifted(now, first)


@pytest.mark.parametrize(
    ("amount", "total", "share", "within"),
    [
        (0, 100, 0, True),
        (1, 100, 0, False),
        (10, 100, 1000, True),
        (11, 100, 1000, False),
        (1, 9, 1111, False),
    ],
)
def test_tolerance(amount: int, total: int, share: int, within: bool) -> None:
    assert rules.is_within_tolerance(amount, total, share) is within


def test_a_small_shift_is_the_chairs_and_a_large_one_the_committees(house: Cast, grant: Grant) -> None:
    now = queries.budget_now(grant)
    one, two = list(now)[:2]
    small = {one: now[one] - grant.amount // 20, two: now[two] + grant.amount // 20}
    with pytest.raises(Refused, match="主任同意"):
        services.change_budget(grant, lines=small, reason="菜价涨了", by=house.secretary)
    done = services.change_budget(grant, lines=small, reason="菜价涨了", by=house.chair)
    assert (done.state, done.motion) == ("done", None)
    assert queries.budget_now(grant) == now | small
    # Counted from what was voted on, the next small one goes beyond.
    large = {one: now[one] - grant.amount // 8, two: now[two] + grant.amount // 8}
    change = services.change_budget(grant, lines=large, reason="又涨了", by=house.secretary)
    assert change.state == "tabled" and queries.budget_now(grant) == now | small
    with pytest.raises(Refused, match="正在等表决"):
        services.change_budget(grant, lines=now, reason="改回去", by=house.chair)
    assert decide(house, change).state == "done"
    assert queries.budget_now(grant) == now | large
    assert_books_clean()


def test_what_is_no_budget(house: Cast, grant: Grant) -> None:
    now = queries.budget_now(grant)
    one = next(iter(now))
    for lines, sentence in (
        ({one: now[one] + 1}, "合计要不变"),
        ({one: -1}, "不能小于 0"),
        ({"999999": 1}, "不在这个项目的预算里"),
        ({}, "没有改动"),
    ):
        with pytest.raises(Refused, match=sentence):
            services.change_budget(grant, lines=lines, reason="改", by=house.chair)
    assert not GrantChange.objects.exists()


# The budget: food 14,880, boxes 1,720, wages 2,000 of 18,600; wages may be up to 15 per cent, which is 2,790.
@pytest.mark.parametrize(
    ("shift", "cap", "sentence"),
    [
        ((-79_000, 0, 79_000), 1500, ""),
        ((-79_001, 0, 79_001), 1500, "资格核对还没过：.*人员.*不超过 15%"),
        ((-300_000, 0, 300_000), 1500, "不超过 15%"),
        ((-79_001, 0, 79_001), 10_000, ""),
        # What stood over a cap before its rule came may stay and shrink.
        ((-10_000, 10_000, 0), 500, ""),
        ((10_000, 0, -10_000), 500, ""),
        ((-1, 0, 1), 500, "不超过 5%"),
    ],
)
def test_no_change_goes_beyond_the_caps(
    house: Cast, grant: Grant, shift: tuple[int, ...], cap: int, sentence: str
) -> None:
    h.rules(house, personnel_cost_max_bp=cap)
    now = queries.budget_now(grant)
    lines = {key: fen + moved for (key, fen), moved in zip(now.items(), shift, strict=True)}
    if not sentence:
        assert services.change_budget(grant, lines=lines, reason="菜价涨了", by=house.chair).pk
        return
    with pytest.raises(Refused, match=sentence):
        services.change_budget(grant, lines=lines, reason="菜价涨了", by=house.chair)
    assert not GrantChange.objects.exists()


def test_an_extension_moves_what_is_still_to_be_reported(house: Cast) -> None:
    steps = [("第一餐", date(2026, 12, 4)), ("一半", date(2027, 2, 1)), ("送完", date(2027, 5, 31))]
    grant = h.at_work(house, h.submitted(house, milestones=steps))
    h.filed(house, grant, is_final=False, milestone=1)
    services.extend(grant, ends_on=date(2027, 6, 30), reason="下雨", by=house.chair)
    project = Project.objects.get()
    days = list(project.milestones.order_by("number").values_list("due_on", flat=True))
    assert days == [date(2026, 12, 4), date(2027, 3, 3), date(2027, 6, 30)]
    event = AuditEvent.objects.get(verb="extend_project")
    assert event.facts["milestones"] == ["2: 2027-03-03", "3: 2027-06-30"]


def test_an_extension_by_the_chair_and_by_a_vote_that_is_lost(house: Cast, grant: Grant) -> None:
    first = grant.project.ends_on
    services.extend(grant, ends_on=first + timedelta(days=60), reason="下雨", by=house.chair)
    assert Project.objects.get().ends_on == first + timedelta(days=60)
    with pytest.raises(Refused, match="要晚于现在"):
        services.extend(grant, ends_on=first, reason="早点", by=house.chair)
    change = services.extend(grant, ends_on=first + timedelta(days=120), reason="还下", by=house.secretary)
    assert change.state == "tabled" and queries.first_end(grant) == first
    assert decide(house, change, "no").state == "lost"
    assert Project.objects.get().ends_on == first + timedelta(days=60)
    with pytest.raises(Refused, match="三年"):
        services.extend(grant, ends_on=date(9999, 1, 1), reason="久", by=house.chair)


def test_a_vote_never_moves_the_last_day_back(house: Cast, grant: Grant) -> None:
    later = grant.project.ends_on + timedelta(days=150)
    change = services.extend(grant, ends_on=later - timedelta(days=30), reason="雨", by=house.chair)
    Project.objects.update(ends_on=later)
    assert (decide(house, change).state, Project.objects.get().ends_on) == ("done", later)


def test_a_suspension_stops_payments_until_a_decision(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    with pytest.raises(Refused):
        services.suspend_grant(grant, reason="查账", by=house.implementer)
    first = services.suspend_grant(grant, reason="收到举报，正在查账", by=house.secretary)
    assert services.suspend_grant(grant, reason="又一次", by=house.admin) == first
    payment.refresh_from_db()
    assert payment.state == "rejected"
    with pytest.raises(Refused, match="已暂停付款"):
        h.prepared(house, grant)
    shown = Client().get(reverse("disclosure:project", args=[grant.project.code])).content.decode()
    assert "收到举报，正在查账" in shown
    with pytest.raises(Refused, match="决定和理由"):
        services.resume_grant(grant, decision=" ", by=house.chair)
    services.resume_grant(grant, decision="查过了，没有问题", by=house.chair)
    services.resume_grant(grant, decision="再一次", by=house.chair)
    h.paid(house, grant)
    assert_books_clean()


def test_nobody_writes_off_alone(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    clawback = services.ask_back(grant, amount=1_000_00, reason="没办", by=house.admin)
    services.return_money(
        clawback, amount=400_00, received_on=h.PAID_ON, bank_reference="R1", by=house.finance
    )
    with pytest.raises(Refused):
        services.ask_write_off(clawback, reason="注销了", by=house.admin)
    change = services.ask_write_off(clawback, reason="组织注销，法院终结执行", by=house.chair)
    assert services.ask_write_off(clawback, reason="再提", by=house.secretary) == change
    # What comes back during the vote is not written off.
    services.return_money(
        clawback, amount=100_00, received_on=h.PAID_ON, bank_reference="R2", by=house.finance
    )
    decide(house, change)
    clawback = Clawback.objects.get()
    assert (clawback.returned, clawback.written_off, clawback.outstanding) == (500_00, 500_00, 0)
    with pytest.raises(Refused, match="还差 ¥0"):
        services.return_money(
            clawback, amount=1, received_on=h.PAID_ON, bank_reference="R3", by=house.finance
        )
    figures = queries.figures(grant)
    assert (figures.written_off, figures.outstanding) == (500_00, 0)
    page = Client().get(reverse("disclosure:project", args=[grant.project.code])).content.decode()
    assert "核销" in page and "500.00" in page
    assert_books_clean()


def test_a_lost_vote_writes_nothing_off(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    clawback = services.ask_back(grant, amount=1_000_00, reason="没办", by=house.admin)
    change = decide(house, services.ask_write_off(clawback, reason="算了", by=house.chair), "no")
    assert (change.state, Clawback.objects.get().written_off) == ("lost", 0)
    assert services.ask_write_off(clawback, reason="再议", by=house.chair) != change


def test_where_the_rules_ask_for_it_nothing_is_paid_before_the_agreement_is_signed(house: Cast) -> None:
    h.rules(house, agreement_before_payment=True)
    grant = h.at_work(house)
    with pytest.raises(Refused, match="资助协议"):
        h.prepared(house, grant)
    with pytest.raises(Refused):
        services.draw_agreement(grant, by=house.secretary)
    drawn = services.draw_agreement(grant, by=house.admin)
    assert services.draw_agreement(grant, by=house.admin) == drawn
    facts = drawn.facts
    assert facts["capitals"] == "壹万捌仟陆佰元整" and len(facts["instalments"]) == 2
    assert pdf.render("grant_agreement", facts | {"number": drawn.code}).startswith(b"%PDF-")
    upload = SimpleUploadedFile("a.pdf", PDF, content_type="application/pdf")
    for day in (date(2020, 1, 1), date(2099, 1, 1)):
        with pytest.raises(Refused, match="签订日期"):
            services.file_agreement(drawn, signed_on=day, upload=upload, by=house.admin)
    with pytest.raises(Refused, match="文件要是 PDF"):
        bad = SimpleUploadedFile("a.pdf", b"<script>", content_type="application/pdf")
        services.file_agreement(drawn, signed_on=h.PAID_ON, upload=bad, by=house.admin)
    services.file_agreement(drawn, signed_on=h.PAID_ON, upload=upload, by=house.admin)
    h.paid(house, grant)
    # What changes later goes into a further agreement; the signed one stays as it is.
    services.extend(grant, ends_on=grant.project.ends_on + timedelta(days=9), reason="雨", by=house.chair)
    further = services.draw_agreement(grant, by=house.admin)
    assert further.number == 2 and GrantAgreement.objects.get(number=1).facts == facts
    assert_books_clean()


def test_the_pages_of_changes(house: Cast, grant: Grant) -> None:
    chair, admin = Client(), Client()
    chair.force_login(house.chair)
    admin.force_login(house.admin)
    now = queries.budget_now(grant)
    budget = reverse("grants:change_budget", args=[grant.code])
    facts = {f"line_{key}": f"{fen / 100:.2f}" for key, fen in now.items()}
    assert all(words in chair.get(budget).content.decode() for words in queries.line_names(grant).values())
    one, two = list(now)[:2]
    assert chair.post(budget, facts | {f"line_{one}": "-5", "reason": "改"}).status_code == 422
    moved = {f"line_{one}": f"{now[one] / 100 - 10:.2f}", f"line_{two}": f"{now[two] / 100 + 10:.2f}"}
    assert chair.post(budget, facts | moved | {"reason": "改"}).status_code == 302
    page = reverse("grants:grant", args=[grant.code])
    assert "主任同意" in chair.get(page).content.decode()
    assert admin.post(reverse("grants:draw_agreement", args=[grant.code])).status_code == 302
    drawn = admin.get(reverse("grants:agreement", args=[grant.code, 1]))
    assert drawn.content.startswith(b"%PDF-") and drawn["Cache-Control"] == "private, no-store"
    filed = admin.post(
        reverse("grants:file_agreement", args=[grant.code, 1]),
        {"signed_on": h.PAID_ON.isoformat(), "upload": SimpleUploadedFile("a.pdf", PDF)},
    )
    assert filed.status_code == 302
    assert admin.get(reverse("grants:signed_copy", args=[grant.code, 1])).content == PDF
    assert chair.post(reverse("grants:suspend", args=[grant.code]), {"reason": ""}).status_code == 422
    assert chair.post(reverse("grants:suspend", args=[grant.code]), {"reason": "查"}).status_code == 302
    assert "恢复付款" in chair.get(page).content.decode()
    assert Grant.objects.get().state == "running"
