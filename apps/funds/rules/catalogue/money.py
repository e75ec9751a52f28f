"""Clauses on money that comes in, on openness, and on the host's own ratios."""

from django.utils.translation import gettext_lazy as _

from apps.core.money import MAX_FEN
from apps.funds.rules.catalogue.sources import YUAN
from apps.funds.rules.kinds import ClauseKind, Tighter, Unit

MONEY_IN = (
    ClauseKind(
        key="seed_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.LOWER,
        default=10_000 * YUAN,
        least=0,
        most=MAX_FEN,
        label=_("启动资金上限"),
        sentence=_("慈善会给一个基金的启动资金不超过 %(value)s"),
        source=_("参照重庆市綦江区的做法，无全国规定"),
    ),
    ClauseKind(
        key="match_bp",
        unit=Unit.SHARE,
        tighter=Tighter.LOWER,
        default=10_000,
        least=0,
        most=50_000,
        label=_("配捐比例上限"),
        sentence=_("配捐不超过捐款的 %(value)s"),
        source=_("参照惠州市大亚湾区 1:1 配捐的做法，无全国规定"),
    ),
    ClauseKind(
        key="match_cap_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.LOWER,
        default=50_000 * YUAN,
        least=0,
        most=MAX_FEN,
        label=_("配捐金额上限"),
        sentence=_("一个基金最多得到配捐 %(value)s"),
        source=_("参照惠州市大亚湾区的做法，无全国规定"),
    ),
    ClauseKind(
        key="fund_fee_bp",
        unit=Unit.SHARE,
        tighter=Tighter.LOWER,
        default=0,
        least=0,
        most=1000,
        label=_("基金管理费上限"),
        sentence=_("从基金收取的管理费不超过 %(value)s"),
        source=_("参照武汉市免收管理费的做法，无全国规定"),
    ),
    ClauseKind(
        key="startup_min_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.HIGHER,
        default=0,
        least=0,
        most=MAX_FEN,
        label=_("设立时的起始资金下限"),
        sentence=_("设立基金的起始资金不少于 %(value)s"),
        source=_("参照武汉市取消起始资金门槛的做法，各地从 0 到 5 万元不等"),
    ),
)

OPENNESS = (
    ClauseKind(
        key="report_months",
        unit=Unit.MONTHS,
        tighter=Tighter.LOWER,
        default=3,
        least=1,
        most=3,
        label=_("公开收支的间隔"),
        sentence=_("至少每 %(value)s公开一次收支"),
        source=_("慈善法第七十九条"),
    ),
    ClauseKind(
        key="idle_months",
        unit=Unit.MONTHS,
        tighter=Tighter.LOWER,
        default=24,
        least=3,
        most=60,
        label=_("算作闲置的时间"),
        sentence=_("连续 %(value)s没有活动的基金算闲置，由慈善会清理"),
        source=_("以慈善法第十七条类推，无全国规定"),
    ),
    ClauseKind(
        key="surplus_months",
        unit=Unit.MONTHS,
        tighter=Tighter.LOWER,
        default=3,
        least=1,
        most=3,
        label=_("公布剩余财产处理的期限"),
        sentence=_("项目或基金结束后 %(value)s内公布剩余的钱怎样处理"),
        source=_("慈善法第五十八条、慈善组织信息公开办法"),
    ),
    ClauseKind(
        key="surplus_rule",
        unit=Unit.CHOICE,
        tighter=Tighter.HIGHER,
        default="similar",
        options=(
            ("agreement", _("基金终止后剩余的钱按设立协议处理，协议没写的用于相同或相近的目的")),
            ("similar", _("基金终止后剩余的钱用于相同或相近的目的")),
        ),
        label=_("剩余的钱怎样处理"),
        source=_("慈善法第五十八条"),
    ),
)

HOST = (
    ClauseKind(
        key="spending_min_bp",
        unit=Unit.SHARE,
        tighter=Tighter.HIGHER,
        default=7000,
        least=7000,
        most=10_000,
        label=_("慈善活动支出下限"),
        sentence=_("慈善会每年的慈善活动支出不低于 %(value)s"),
        source=_("民发〔2026〕12号"),
    ),
    ClauseKind(
        key="management_max_bp",
        unit=Unit.SHARE,
        tighter=Tighter.LOWER,
        default=1300,
        least=0,
        most=1300,
        label=_("慈善会管理费用上限"),
        sentence=_("慈善会每年的管理费用不高于 %(value)s"),
        source=_("民发〔2026〕12号"),
    ),
    ClauseKind(
        key="fundraising_cost_max_bp",
        unit=Unit.SHARE,
        tighter=Tighter.LOWER,
        default=300,
        least=0,
        most=300,
        label=_("募捐成本上限"),
        sentence=_("募捐成本不高于前三年平均捐赠收入的 %(value)s"),
        source=_("民发〔2026〕12号"),
    ),
)
