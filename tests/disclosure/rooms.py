"""A neighbourhood in full: money, votes, work and ratings, made by the rooms' own verbs, for pages to show."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.divisions.models import Division
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.donations.services.campaigns import Plan, save_campaign
from apps.donations.services.offline import OfflineGift, record_many
from apps.funds import services as funds
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import services as grants
from apps.grants.models import Grant, Instalment
from apps.projects import services as projects
from apps.projects.models import Project
from apps.seeding import services as seeding
from tests.cast import Cast
from tests.funds.money import give
from tests.grants.house import accept, seat_everyone, with_account
from tests.projects.house import facts, photo

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
SECRET_NAME = "张建华"
NAMES = (
    (SECRET_NAME, "masked", "给爷爷奶奶加个菜", 50_00),
    ("欧阳雪", "masked", "", 100_00),
    ("王龑", "real", "本人同意公开全名", 500_00),
    ("匿名的人", "anonymous", "", 66_00),
    ("重庆市綦江区齐心商贸有限公司", "masked", "", 6_940_00),
)


@dataclass(frozen=True)
class World:
    """What the pages show."""

    cast: Cast
    lunch: Project
    rails: Project
    open_motion: Motion
    notice_motion: Motion
    gifts: list[Donation]
    purpose: str


def at(day: str, hour: int = 4) -> datetime:
    """Return an hour (UTC) of a day."""
    year, month, number = map(int, day.split("-"))
    return datetime(year, month, number, hour, tzinfo=UTC)


def rulebooks(cast: Cast) -> None:
    """Adopt rules on three levels, each tightening something."""
    places = {
        "district": Division.objects.get(pk="500110"),
        "town": Division.objects.get(pk="500110001"),
        "community": Division.objects.get(pk="500110001001"),
    }
    written = (
        (2, "district", "綦江区社区治理专项基金实施方案", {"quorum_bp": ([2, 3], "第十一条")}),
        (3, "town", "古南街道基金管理办法", {"town_review_fen": (2_000_000, "第六条")}),
        (
            4,
            "community",
            "百步梯社区基金实施细则",
            {"committee_min_size": (7, "第四条"), "vote_days_min": (4, "")},
        ),
    )
    for level, place, title, clauses in written:
        funds.adopt_rulebook(
            cast.host,
            level=level,
            division=places[place],
            title=title,
            document=f"綦慈发〔2025〕{level}号",
            clauses=clauses,
            effective_from=date(2025, 1, 1),
            by=None,
        )


def campaign(cast: Cast) -> None:
    """File a plan that runs now."""
    plan = Plan(
        name="邻里守望",
        filing_number=f"{cast.host.uscc}A26003",
        purpose="社区互助",
        use_of_money="社会救助、养老、儿童",
        beneficiaries="社区居民",
        cost="只有支付通道手续费",
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
        filed_on=date(2026, 2, 10),
        starts_on=date(2026, 3, 1),
        ends_on=date(2027, 2, 28),
    )
    save_campaign(cast.host, plan, by=None)


def seeds(cast: Cast) -> None:
    """Give the host free money and the fund its seed."""
    with clock.set_to(at("2026-01-05")):
        give(cast.general, 10_000_000, day=date(2026, 1, 5))
    with clock.set_to(at("2026-02-02")):
        programme = seeding.open_programme(
            cast.host,
            title="首批试点启动资金",
            pot=7_000_000,
            per_fund=1_000_000,
            document="綦慈发〔2026〕1号",
            opens_on=date(2026, 1, 1),
            closes_on=date(2026, 12, 31),
            by=None,
        )
        seeding.award(programme, fund=cast.fund, by=None)


def gifts(cast: Cast) -> tuple[list[Donation], str]:
    """Record a year of gifts, some for one purpose only, one given back in part."""
    with clock.set_to(at("2026-01-06")):
        purpose = funds.open_restriction(cast.fund, purpose="适老改造和儿童书屋", by=None).code
    made: list[Donation] = []
    for month in range(1, 12):
        day = date(2026, month, 8)
        with clock.set_to(at(day.isoformat())):
            made += record_many(
                [
                    OfflineGift(
                        fund=cast.fund if number else cast.other_fund,
                        amount=amount * (3 if month == 9 else 1),
                        channel="bank",
                        day=day,
                        key=f"gift-{month}-{number}",
                        name=name,
                        contact=f"1380000{month:02d}{number:02d}",
                        name_choice=choice,
                        message=message,
                        consents=frozenset(
                            {"publish_amount"}
                            if choice == "anonymous"
                            else {"publish_name", "publish_amount"}
                        ),
                        restriction=purpose if number == 4 and month % 2 else None,
                        kind="organisation" if number == 4 else "person",
                    )
                    for number, (name, choice, message, amount) in enumerate(NAMES)
                ],
                by=None,
            )
    with clock.set_to(at("2026-11-12")):
        donations.refund(made[-1], amount=40_00, reason="重复转账", by=None)
    return made, purpose


def application(cast: Cast, **changes: object) -> Project:
    """Apply and submit."""
    return projects.submit(projects.apply(cast.fund, **facts(cast, **changes)), by=cast.implementer)


def voted(cast: Cast, project: Project, *, tabled: str, closes: str, no: int = 0) -> Grant:
    """Table a project, let the committee vote and close; return the grant of the carried motion."""
    with clock.set_to(at(tabled)):
        motion = grants.table_project(project, by=cast.secretary)
        motion = governance.open_voting(motion, closes_at=at(closes), by=cast.chair)
        for number, user in enumerate((cast.chair, *cast.members[:5])):
            choice = "no" if number < no else "yes"
            governance.cast(
                motion,
                user=user,
                choice=choice,
                subject_hash=motion.subject_hash,
                reason="希望先做七栋" if choice == "no" else "",
                by=user,
            )
        governance.recuse(motion, reason="绝不公开的原因", by=cast.members[5])
    with clock.set_to(at(closes) + timedelta(minutes=1)):
        governance.close(motion)
        return grants.award_carried(motion.code)


def pay(cast: Cast, grant: Grant, number: int, day: str) -> None:
    """Prepare and release one instalment."""
    with clock.set_to(at(day)):
        payment = grants.prepare_payment(Instalment.objects.get(grant=grant, number=number), by=cast.finance)
        grants.release_payment(
            payment, paid_on=clock.today(), bank_reference=f"YH-{payment.code}", by=cast.second_finance
        )


def lunch(cast: Cast, photos: list[SimpleUploadedFile] | None = None) -> Project:
    """Return a project that was voted, paid, shown, accepted and rated."""
    community = cast.fund.division
    with clock.set_to(at("2026-03-09")):
        need = projects.voice_need(
            community, field="elderly", words="一个人懒得开火，馒头就咸菜对付一天。", by=None
        )
        need = projects.publish_need(need, by=None)
    with clock.set_to(at("2026-04-10")):
        project = application(
            cast,
            title="独居老人午餐",
            goal="给 75 位独居老人每个工作日送一顿热饭，五个月。",
            starts_on=date(2026, 5, 1),
            ends_on=date(2026, 9, 30),
            need=need,
            parts={
                "community": "出厨房和名单",
                "social_organisation": "老伙伴互助队送餐",
                "social_worker": "排菜单、记录身体情况",
                "volunteer": "每天两人帮厨",
                "charity_resource": "菜市场四家摊位让价",
            },
        )
    grant = voted(cast, project, tabled="2026-04-14", closes="2026-04-20")
    with clock.set_to(at("2026-05-05")):
        grants.end_notices()
    pay(cast, grant, 1, "2026-05-06")
    with clock.set_to(at("2026-08-31")):
        evidence = projects.file_evidence(
            Project.objects.get(pk=project.pk),
            words="每个工作日送到门口，签收表 4,212 份。",
            persons=96,
            person_times=4212,
            photos=photos or [photo("a.jpg"), photo("b.jpg")],
            by=cast.implementer,
        )
        accept(evidence, by=cast.secretary)
        codes = projects.issue_rating_codes(Project.objects.get(pk=project.pk), count=6, by=None)
        for code, stars in zip(codes, (5, 5, 4, 5, 3), strict=False):
            projects.rate(code, stars=stars, words="饭是烫的，人也来说两句话。" if stars == 5 else "")
    pay(cast, grant, 2, "2026-09-04")
    return Project.objects.get(pk=project.pk)


def ask_back(world: World) -> None:
    """Ask a part of the lunches' grant back."""
    grant = Grant.objects.get(project=world.lunch)
    grants.ask_back(grant, amount=123_00, reason="票据不全", by=world.cast.admin)


def make_world(cast: Cast, photos: list[SimpleUploadedFile] | None = None) -> World:
    """Write everything and fold the totals, as of NOW."""
    rulebooks(cast)
    campaign(cast)
    seeds(cast)
    given, purpose = gifts(cast)
    seat_everyone(cast)
    with_account(cast)
    done = lunch(cast, photos)
    with clock.set_to(at("2026-11-12")):
        rails = application(
            cast,
            title="楼道扶手和防滑条",
            field="social",
            goal="3 栋、5 栋共 11 层楼道，装扶手 86 米、防滑条 240 级。",
            budget=[("materials", "扶手", 900_000), ("services", "安装", 340_000)],
            starts_on=date(2026, 12, 1),
            ends_on=date(2027, 1, 31),
        )
    notice = voted(cast, rails, tabled="2026-11-13", closes="2026-11-18", no=1)
    with clock.set_to(at("2026-11-18", 8)):
        second = application(cast)
        motion = grants.table_project(second, by=cast.secretary)
        motion = governance.open_voting(motion, closes_at=at("2026-11-23", 10), by=cast.chair)
        governance.cast(motion, choice="yes", subject_hash=motion.subject_hash, by=cast.chair)
    with clock.set_to(NOW):
        funds.fold_totals()
    return World(cast, done, rails, motion, notice.motion, given, purpose)
