"""Fundraising plans as they were filed: the district's, one that ended, one in a flood, one together with a partner."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Sum

from apps.core import clock
from apps.demonstration import also_given
from apps.demonstration.papers import paper
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.models import Campaign, Donation
from apps.donations.queries import raised
from apps.donations.services import (
    Plan,
    Told,
    Transfer,
    Why,
    keep_campaign_paper,
    publish_campaign_report,
    receive_transfers,
    save_campaign,
    start_gift,
)
from apps.donations.states import CampaignPaper, CampaignReportKind, PartnerKind
from apps.funds.models import Fund
from apps.grants.models import Payment

YEARS = timedelta(days=3 * 365 - 1)
# Days ago: when each begins and ends.
ENDED, FLOOD, PARTNER = (250, 135), (12, -45), (66, -110)
FLOOD_TOLD, FLOOD_FILED = (8, 3), 5
QUARTERLY = 86
GIVERS = ("邵长明", "喻小凤", "重庆綦商贸易有限公司", "古正清")


def district(places: Places, day: date) -> Plan:
    """Return the plan under which all funds ask all year."""
    return Plan(
        name="綦江社区慈善基金",
        filing_number=f"{places.host.uscc}A26003",
        purpose="支持綦江区各社区的社会救助、养老服务、儿童关爱、社会事务和平安建设",
        use_of_money="按捐赠人选择的社区慈善基金，由基金管委会表决后资助社区项目",
        project="社区慈善基金",
        beneficiaries="綦江区各社区的困难群众、老人、儿童和需要帮助的居民",
        cost="支付通道手续费按实际发生列支，不超过募得款的 3%",
        surplus="用于同一基金的相同或相近项目，三个月内公布",
        responsible="罗敏",
        contact="023-0000 0000",
        bank_account="重庆农村商业银行綦江支行 0000 0000 0000 0417（演示）",
        starts_on=day,
        ends_on=day + YEARS,
        methods="线上募捐，社区宣传点扫码",
        area="重庆市綦江区",
        beneficiary_number="约 5 万人",
        beneficiary_method="社区摸排，管委会审议后公示",
        expected=20_000_000_00,
        use_plan="按季度由管委会表决安排",
        funding="资助社区社会组织实施项目，不低于募得款的 90%",
        wages="不列支人员报酬",
        management_cost="不列支管理费",
        filed_on=day - timedelta(days=12),
        platform="（演示）",
        remarks="各基金的收支在公开页上逐笔可查。",
    )


class FiledPlans:
    """Carries out what happens under the plans, each at its day."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.timeline = places, timeline
        self.admin, self.finance = cast.people["admin"], cast.people["finance"]
        self.today = timeline.today

    def day(self, ago: int) -> date:
        """Return the day so many days ago."""
        return self.today - timedelta(days=ago)

    def at(self, ago: int, hours: int = 9) -> datetime:
        """Return a moment of that day."""
        return clock.midnight(self.day(ago)) + timedelta(hours=hours)

    def lay(self) -> None:
        """Lay every plan."""
        self.timeline.at(self.at(ENDED[0]), self.ended)
        self.timeline.at(self.at(FLOOD[0]), self.flood)
        self.timeline.at(self.at(PARTNER[0]), self.partner)

    def _save(
        self, name: str, number: str, span: tuple[int, int], funds: list[Fund], **more: object
    ) -> Campaign:
        begins, ends = self.day(span[0]), self.day(span[1])
        facts: dict[str, object] = {
            "name": name,
            "filing_number": f"{self.places.host.uscc}A{number}" if number else "",
            "starts_on": begins,
            "ends_on": ends,
            "filed_on": begins - timedelta(days=11),
            **more,
        }
        plan = replace(district(self.places, begins), **facts)  # type: ignore[arg-type]  # told by name
        return save_campaign(self.places.host, plan, funds=funds, by=self.admin)

    def _give(self, plan: Campaign, fund: Fund, amounts: tuple[int, ...], span: tuple[int, int]) -> None:
        """Some announce a transfer under the plan, and the bank brings it the next day."""
        days = max(1, (span[0] - max(span[1], 1) - 2) // len(amounts))
        for number, amount in enumerate(amounts):
            deed = partial(self._announce, plan, fund, amount, number)
            self.timeline.at(self.at(span[0] - 1 - number * days, 11), deed)

    def _announce(self, plan: Campaign, fund: Fund, amount: int, number: int) -> None:
        is_firm = "公司" in GIVERS[number]
        gift = start_gift(
            fund,
            amount=amount,
            channel=Donation.Channel.BANK,
            name_choice=Donation.NameChoice.MASKED,
            form_token=f"demonstration-{plan.code}-{number}",
            name=GIVERS[number],
            kind="organisation" if is_firm else "person",
            campaign=plan,
        )
        if gift.reference is None:
            raise AssertionError("a transfer is announced with a reference")
        transfer = Transfer(gift.reference, amount, clock.today(), f"demo-{plan.code}-{number}")
        self.timeline.at(
            clock.now() + timedelta(hours=5),
            partial(receive_transfers, self.places.host, [transfer], by=self.finance),
        )

    def _tell(self, plan: Campaign, kind: str, until: int, used: int, words: str, unused: str = "") -> None:
        told = Told(kind=kind, until=self.day(until), used=used, used_for=words, unused_plan=unused)
        publish_campaign_report(plan, told, by=self.admin)

    def ended(self) -> None:
        """A winter's plan for one community: papers kept, a change published, and the closing figures."""
        fund = self.places.by_name["三河街"]
        plan = self._save(
            "三河街冬衣暖身",
            "26005",
            ENDED,
            [fund],
            purpose="给三河街的困难老人和孩子添冬衣",
            use_of_money="买棉衣棉鞋，入户送到",
            project="冬衣暖身",
            beneficiaries="三河街社区低保、特困老人和困境儿童",
            beneficiary_number="约 130 人",
            expected=60_000_00,
            use_plan="到账后三十日内采购，六十日内发完",
        )
        for kind, title in ((CampaignPaper.DECISION, "内部决策文件"), (CampaignPaper.RECEIPT, "备案回执")):
            upload = paper(
                f"{plan.name}{title}",
                number=plan.filing_number,
                issuer="重庆市綦江区慈善会",
                day=plan.filed_on or plan.starts_on,
                paragraphs=(f"同意开展“{plan.name}”公开募捐活动，期限到 {plan.ends_on.isoformat()}。",),
            )
            keep_campaign_paper(plan, upload, kind=kind, by=self.admin)
        self._give(plan, fund, also_given.ENDED_PLAN, ENDED)
        self.timeline.at(self.at(210), partial(self._widen, plan, fund))
        received = sum(also_given.ENDED_PLAN)
        closing = partial(
            self._tell,
            plan,
            CampaignReportKind.CLOSING,
            ENDED[1] - 1,
            received - 288_00,
            "买棉衣 26 件、棉鞋 31 双，全部入户送到，签收单存基金。",
            "剩余 288 元留在三河街社区慈善基金，用于相同项目。",
        )
        self.timeline.at(self.at(ENDED[1] - 40), closing)

    def _widen(self, plan: Campaign, fund: Fund) -> None:
        """The beneficiaries are widened; the change is filed three days later."""
        row = Campaign.objects.get(pk=plan.pk)
        kept = {name: getattr(row, name) for name in Plan.__dataclass_fields__}
        wider = replace(Plan(**kept), beneficiary_number="约 180 人")
        decided = clock.today()
        why = Why("入户时又摸排出五十人", decided)
        save_campaign(self.places.host, wider, funds=[fund], campaign=row, why=why, by=self.admin)
        filed = decided + timedelta(days=3)
        self.timeline.at(
            clock.now() + timedelta(days=3),
            lambda: save_campaign(
                self.places.host, wider, funds=[fund], campaign=row, why=Why(filed_on=filed), by=self.admin
            ),
        )

    def flood(self) -> None:
        """After high water asking begins at once; it is filed within ten days and published every five."""
        fund = self.places.by_name["沱湾"]
        facts = {
            "purpose": "帮沱湾受涨水影响的人家清淤、消毒、换床褥",
            "use_of_money": "清淤消毒、被褥和临时生活用品",
            "project": "沱湾汛后帮扶",
            "beneficiaries": "沱湾社区一楼进水的住户",
            "beneficiary_number": "约 90 户",
            "expected": 100_000_00,
            "use_plan": "随收随用，每五日公布",
            "is_emergency": True,
        }
        plan = self._save("沱湾汛后帮扶", "", FLOOD, [fund], filed_on=None, **facts)
        self._give(plan, fund, also_given.FLOOD_PLAN, FLOOD)
        file = partial(self._file, plan, fund)
        self.timeline.at(self.at(FLOOD_FILED, 16), file)
        for number, ago in enumerate(FLOOD_TOLD, start=1):
            told = partial(
                self._tell,
                plan,
                CampaignReportKind.EMERGENCY,
                ago,
                1_000_00 * number,
                f"第 {number} 次公布：清淤消毒 {20 * number} 户，换床褥 {15 * number} 床。",
                "其余的钱继续用于入户清淤，用到哪里公布到哪里。",
            )
            self.timeline.at(self.at(ago, 21), told)

    def _file(self, plan: Campaign, fund: Fund) -> None:
        row = Campaign.objects.get(pk=plan.pk)
        kept = {name: getattr(row, name) for name in Plan.__dataclass_fields__}
        number = f"{self.places.host.uscc}A26011"
        filed = replace(Plan(**kept), filing_number=number, filed_on=clock.today())
        save_campaign(self.places.host, filed, funds=[fund], campaign=row, by=self.admin)

    def partner(self) -> None:
        """A company without public fundraising status asks together with the charity."""
        fund = self.places.by_name["新山村"]
        plan = self._save(
            "新山村儿童书屋共建",
            "26009",
            PARTNER,
            [fund],
            purpose="给新山村社区的孩子添书、换书架",
            use_of_money="购书、书架和阅读活动",
            project="儿童书屋",
            beneficiaries="新山村社区 6 到 14 岁儿童",
            beneficiary_number="约 300 人",
            expected=80_000_00,
            is_offsite=True,
            area="重庆市綦江区、重庆市主城都市区",
            partner_kind=PartnerKind.ORGANISATION.value,
            partner_name="綦江区启明儿童发展中心",
            partner_uscc="52500110MJP2000028",
            partner_evaluation="近三年年检合格，无不良记录；擅长儿童阅读，财务由慈善会统一管理。",
            partner_agreement="綦慈合〔2026〕4 号：合作方负责活动，募得款全部进慈善会账户。",
        )
        self._give(plan, fund, also_given.PARTNER_PLAN, PARTNER)

    def tell_quarter(self, plan: Campaign) -> None:
        """Publish what the district's plan received and what was used; the next time is a quarter later."""
        day = clock.today() - timedelta(days=1)
        _gifts, received = raised(plan, until=day)
        paid = Payment.objects.filter(state=Payment.State.PAID, paid_on__lte=day).aggregate(
            sum=Sum("amount", default=0)
        )
        told = Told(
            kind=CampaignReportKind.PROGRESS,
            until=day,
            used=min(received, int(paid["sum"])),
            used_for="由各基金管委会表决，资助社区项目；逐笔见各基金的账本。",
            unused_plan="按管委会的年度预算继续安排。",
        )
        publish_campaign_report(plan, told, by=self.admin)
        self.timeline.at(clock.now() + timedelta(days=QUARTERLY), partial(self.tell_quarter, plan))


def lay(places: Places, cast: Cast, timeline: Timeline, plan: Campaign) -> None:
    """Lay what happens under the plans; `plan` is the district's."""
    story = FiledPlans(places, cast, timeline)
    story.lay()
    first = clock.midnight(plan.starts_on + timedelta(days=QUARTERLY)) + timedelta(hours=10)
    timeline.at(first, partial(story.tell_quarter, plan))
