"""What is kept of a fund's page never hides a change: whatever a verb does, the page shows it at once, and what it
shows is what it would show if nothing had been kept."""

import copy
import re
from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure import services as disclosure
from apps.divisions.models import Division
from apps.donations import services as donations
from apps.donations.goods import Valuation
from apps.donations.models import Campaign, Donation
from apps.donations.pledging import Due
from apps.donations.services.campaigns import PLAN_FIELDS, Plan, Why, save_campaign
from apps.donations.services.offline import OfflineGift, record_many
from apps.funds import services as funds
from apps.funds.models import Fund, Restriction
from apps.governance import services as governance
from apps.governance.models import Motion, Seat
from apps.grants import services as grants
from apps.grants.models import Grant, Instalment
from apps.projects import services as projects
from apps.projects.models import Project
from tests.cast import person
from tests.disclosure.rooms import NOW, World, application, ask_back
from tests.donations.test_custody import ask, take
from tests.grants.house import accept
from tests.projects.house import photo

COLD, AFTER_A_GIFT, KEPT = 19, 13, 1
Verb = Callable[[World], object]


def give(world: World, amount: int = 12_34) -> Donation:
    """Record one more gift to the fund."""
    [gift] = record_many(
        [
            OfflineGift(
                fund=world.cast.fund,
                amount=amount,
                channel="bank",
                day=clock.today(),
                key=f"one-more-{amount}",
                name="后来的人",
                contact="13912345678",
                name_choice="masked",
                message="又来一笔",
                consents=frozenset({"publish_amount"}),
                restriction=None,
                kind="person",
            )
        ],
        by=None,
    )
    return gift


def give_and_fold(world: World) -> None:
    give(world)
    funds.fold_totals()


def adopt(level: int, division: str) -> Verb:
    """Return the adoption of a rule at a level above or at the fund, that holds from today."""

    def verb(world: World) -> None:
        funds.adopt_rulebook(
            world.cast.host,
            level=level,
            division=Division.objects.get(pk=division),
            title=f"第{level}级的新规矩",
            document="綦慈发〔2026〕9号",
            clauses={"notice_days": (9 + level, "第一条")},
            effective_from=clock.today(),
            by=None,
        )

    return verb


def new_campaign(*, for_all: bool) -> Verb:
    """Return the filing of a plan that begins after the one there is and so takes its place."""

    def verb(world: World) -> Campaign:
        host = world.cast.host
        plan = Plan(
            name="冬日守望",
            filing_number=f"{host.uscc}A26009",
            purpose="社区互助",
            use_of_money="养老",
            beneficiaries="社区居民",
            cost="无",
            surplus="用于相近项目",
            responsible="陈主任",
            contact="023-00000000",
            bank_account="农商行",
            methods="线上募捐，社区宣传点扫码",
            area="重庆市渝北区",
            beneficiary_number="500 人",
            beneficiary_method="社区摸排，管委会审议后公示",
            expected=100_000_00,
            use_plan="按季度由管委会表决安排",
            management_cost="不列支管理费",
            filed_on=date(2026, 10, 10),
            starts_on=date(2026, 11, 1),
            ends_on=date(2027, 10, 31),
        )
        return save_campaign(host, plan, funds=() if for_all else [world.cast.fund], by=None)

    return verb


def change_plan(world: World) -> None:
    """File a plan that another one follows with less time; the page shows the filing, not the day."""
    row = new_campaign(for_all=False)(world)
    facts = {name: getattr(row, name) for name in PLAN_FIELDS}
    plan = Plan(**(facts | {"ends_on": date(2027, 9, 30)}))
    save_campaign(
        world.cast.host, plan, funds=[world.cast.fund], campaign=row, why=Why("早一点结束"), by=None
    )


def correct(world: World) -> None:
    """Move a gift that was credited to the wrong fund."""
    other = Restriction.objects.get(fund=world.cast.other_fund, is_general=True)
    donations.correct_gift(
        give(world), restriction=other, basis="mistake", reason="附言写的是新街子", by=None
    )


def pass_on(world: World) -> None:
    """Take what is only passed on, and hand part of it over."""
    row = take(world.cast)
    donations.release_hand_over(ask(world.cast, row, 20_000), by=world.cast.second_finance)


def vote_and_close(world: World) -> None:
    """Let the open vote be carried."""
    for member in world.cast.members[:5]:
        motion = Motion.objects.get(pk=world.open_motion.pk)
        governance.cast(motion, choice="yes", subject_hash=motion.subject_hash, by=member)
    with clock.set_to((world.open_motion.closes_at or NOW) + timedelta(minutes=1)):
        governance.close(Motion.objects.get(pk=world.open_motion.pk))


def end_the_notice(world: World) -> None:
    with clock.set_to(NOW + timedelta(days=10)):
        grants.end_notices()


def pay_the_rails(world: World) -> None:
    """Pay the first instalment once its notice is over."""
    with clock.set_to(NOW + timedelta(days=10)):
        grants.end_notices()
        instalment = Instalment.objects.get(grant__project=world.rails, number=1)
        payment = grants.prepare_payment(instalment, by=world.cast.finance)
        grants.release_payment(
            payment, paid_on=clock.today(), bank_reference="YH-1", by=world.cast.second_finance
        )


def show_the_work(world: World) -> None:
    """File and accept evidence with a photograph of a running project."""
    pay_the_rails(world)
    evidence = projects.file_evidence(
        Project.objects.get(pk=world.rails.pk),
        words="扶手装好了。",
        persons=50,
        person_times=50,
        photos=[photo("new.jpg")],
        by=world.cast.implementer,
    )
    accept(evidence, by=world.cast.secretary)


def replace_a_seat(world: World) -> None:
    """End a member's seat."""
    seat = Seat.objects.filter(committee__fund=world.cast.fund, office="member").earliest("pk")
    governance.end_seat(seat, by=None)


def another_supervisor(world: World) -> None:
    seat = Seat.objects.filter(committee__fund=world.cast.fund, office="supervisor").earliest("pk")
    governance.seat(
        seat.committee,
        user=person("新来的监督员", "supervisor2@qj.test"),
        office="supervisor",
        kind="host_staff",
        from_day=clock.today(),
        until_day=seat.until_day,
        by=None,
    )


def publish(world: World) -> None:
    """Publish the quarter that is late."""
    report = disclosure.draft_report(world.cast.fund, quarter="2026-Q3", by=world.cast.secretary)
    disclosure.publish_report(report, by=world.cast.finance)


VERBS: dict[str, tuple[Verb, str]] = {
    "a gift": (give, "又来一笔"),
    "a gift, folded": (give_and_fold, "12.34"),
    "a refund": (lambda world: donations.refund(give(world), amount=5_00, reason="重复", by=None), "已退 ¥5.00"),
    "things": (
        lambda world: donations.receive_goods(
            donations.GoodsGift(
                fund=world.cast.fund,
                nature="goods",
                name="大米",
                quantity=3,
                unit="袋",
                valuation=Valuation("voucher", voucher=77_00),
                day=clock.today(),
                token="token-of-a-kept-page",
                place="仓库",
            ),
            by=None,
        ),
        "库里另有物资",
    ),
    "a pledge": (
        lambda world: donations.record_pledge(
            donations.NewPledge(
                fund=world.cast.fund,
                amount=12_345_00,
                plan=(Due(clock.today() + timedelta(days=30), 12_345_00),),
                form="other",
                pledged_on=clock.today(),
                token="token-of-a-kept-page",
                name="暖心商行",
            ),
            by=None,
        ),
        "还差 <b>¥12,345.00</b>",
    ),
    "a corrected gift": (correct, ""),
    "what is only passed on": (pass_on, ""),
    "a changed plan": (change_plan, ""),
    "another public name": (
        lambda world: donations.choose_name(world.gifts[-3], name_choice="anonymous", consents=[], by=None),
        "",
    ),
    "words taken back": (
        lambda world: donations.take_back_words(world.gifts[-3], what="message", by=None),
        "",
    ),
    "an erased donor": (lambda world: donations.erase_donor(world.gifts[-3].donor, by=None), ""),
    "a purpose": (lambda world: funds.open_restriction(world.cast.fund, purpose="冬衣", by=None), ""),
    "money asked back": (ask_back, "追回和退回的资助款"),
    "a project": (lambda world: application(world.cast, title="新项目"), ""),
    "a tabled motion": (
        lambda world: grants.table_project(application(world.cast, title="新项目"), by=world.cast.secretary),
        "新项目",
    ),
    "a vote": (vote_and_close, "赞成 6"),
    "the end of a notice": (end_the_notice, "进行中"),
    "a payment": (pay_the_rails, "付给项目"),
    "a photograph": (show_the_work, "/small/"),
    "the host's rule": (adopt(1, "500110"), "第1级的新规矩"),
    "the district's rule": (adopt(2, "500110"), "第2级的新规矩"),
    "the town's rule": (adopt(3, "500110001"), "第3级的新规矩"),
    "the community's rule": (adopt(4, "500110001001"), "第4级的新规矩"),
    "an ended seat": (replace_a_seat, "6 人投票"),
    "a new seat": (another_supervisor, "新来的监督员"),
    "a campaign of the fund": (new_campaign(for_all=False), "A26009"),
    "a campaign of all funds": (new_campaign(for_all=True), "A26009"),
    "a suspended fund": (
        lambda world: funds.suspend_fund(world.cast.fund, reason="查账", by=world.cast.admin),
        "暂时不收捐款",
    ),
    "a renamed fund": (
        lambda world: funds.rename_fund(world.cast.fund, name="百步梯新名社区慈善基金", document="协议2号", by=None),
        "百步梯新名",
    ),
    "a report": (publish, ""),
}  # fmt: skip
# What nobody sees on this page.
SILENT = {"a purpose", "a project"}


def page(world: World, client: Client | None = None) -> str:
    """Return the fund's page without what differs from one rendering to the next."""
    answer = (client or Client()).get(f"/f/{world.cast.fund.code}/")
    assert answer.status_code == 200
    found = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r"hatch-[a-z0-9]{8}", "", found)


def fresh(world: World, client: Client | None = None) -> str:
    """Return the page as it is when nothing was kept."""
    bodies.forget()
    return page(world, client)


def test_every_change_shows_at_once(world: World) -> None:
    """Each verb by itself, on the same neighbourhood: it takes long to build."""
    for name, (verb, words) in VERBS.items():
        with transaction.atomic():
            before = fresh(world)
            verb(copy.deepcopy(world))
            after = page(world)
            assert after == fresh(world), name
            assert words in after, name
            assert (after == before) == (name in SILENT), name
            transaction.set_rollback(True)


def test_changes_one_after_another_show_at_once(world: World) -> None:
    page(world)
    for verb in (give, adopt(3, "500110001"), give_and_fold, vote_and_close, replace_a_seat, publish):
        verb(world)
        assert page(world) == fresh(world)
        bodies.forget()
        page(world)


def test_the_clock_changes_the_page(world: World) -> None:
    page(world)
    seen = set()
    # A day later, after the vote's deadline, when the next quarter's report is late, when the terms are over.
    for days in (0, 1, 5, 75, 3 * 365):
        with clock.set_to(NOW + timedelta(days=days)):
            shown = page(world)
            assert shown == fresh(world)
            seen.add(shown)
    assert len(seen) == 5
    assert "正在计票" in sorted(seen, key=len)[0] or any("正在计票" in shown for shown in seen)


def test_languages_and_sizes_are_kept_apart(world: World) -> None:
    pages = {}
    for cookies in ({}, {"language": "en"}, {"size": "large"}, {"language": "en", "size": "large"}):
        client = Client()
        for name, value in cookies.items():
            client.cookies[name] = value
        pages[str(cookies)] = (client, page(world, client))
    assert len({shown for _client, shown in pages.values()}) == 4
    give(world)
    for client, before in pages.values():
        after = page(world, client)
        assert after != before
        assert after == fresh(world, client)


def test_how_many_questions_a_page_asks(world: World) -> None:
    client = Client()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/f/{world.cast.fund.code}/")
        return len(queries)

    client.get("/")
    bodies.forget()
    assert asked() <= COLD
    assert asked() == KEPT
    give(world)
    assert asked() <= AFTER_A_GIFT
    assert asked() == KEPT


def test_another_fund_is_left_alone(world: World) -> None:
    other = Fund.objects.get(pk=world.cast.other_fund.pk)
    Client().get(f"/f/{other.code}/")
    give(world)
    with CaptureQueriesContext(connection) as queries:
        Client().get(f"/f/{other.code}/")
    assert len(queries) == KEPT


def test_a_grant_made_by_a_vote_shows(world: World) -> None:
    page(world)
    vote_and_close(world)
    grants.award_carried(world.open_motion.code)
    assert Grant.objects.filter(motion=world.open_motion).exists()
    assert page(world) == fresh(world)
