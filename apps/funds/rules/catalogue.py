"""The catalogue of clauses: what rulebooks may set, which way levels may tighten it, and where defaults come from.

No national rule binds a special fund's committee, so most defaults are analogies or local practice; `source` says
which, and says so when there is none. The three ratios of the host are law for associations (民发〔2026〕12号).
"""

from django.utils.translation import gettext_lazy as _

from apps.core.money import MAX_FEN
from apps.funds.rules.kinds import ClauseKind, Tighter, Unit

_YUAN = 100
_UNSOURCED = _("无全国规定，默认值")

_COMMITTEE = (
    ClauseKind(
        key="committee_min_size",
        unit=Unit.COUNT,
        tighter=Tighter.HIGHER,
        default=5,
        least=3,
        most=25,
        label=_("管委会人数下限"),
        sentence=_("管委会不少于 %(value)s"),
        source=_("参照湖南省社区慈善基金设立运行指引（试行），无全国规定"),
    ),
    ClauseKind(
        key="committee_odd",
        unit=Unit.FLAG,
        tighter=Tighter.HIGHER,
        default=True,
        label=_("管委会人数为单数"),
        sentence=_("管委会人数是单数"),
        otherwise=_("管委会人数可以是双数"),
        source=_("参照湖南省社区慈善基金设立运行指引（试行），无全国规定"),
    ),
    ClauseKind(
        key="supervisor_min",
        unit=Unit.COUNT,
        tighter=Tighter.HIGHER,
        default=1,
        least=1,
        most=5,
        label=_("监督员人数下限"),
        sentence=_("监督员不少于 %(value)s，不能兼任委员"),
        source=_("参照湖南省社区慈善基金设立运行指引（试行），无全国规定"),
    ),
    ClauseKind(
        key="term_years",
        unit=Unit.YEARS,
        tighter=Tighter.LOWER,
        default=3,
        least=1,
        most=5,
        label=_("委员任期"),
        sentence=_("委员任期不超过 %(value)s"),
        source=_UNSOURCED,
    ),
)

_VOTING = (
    ClauseKind(
        key="quorum_bp",
        unit=Unit.FRACTION,
        tighter=Tighter.HIGHER,
        default=[2, 3],
        least=[1, 2],
        most=[1, 1],
        label=_("到会人数下限"),
        sentence=_("到会不少于%(value)s"),
        source=_("以基金会条例第二十一条类推，对管委会不具强制力"),
    ),
    ClauseKind(
        key="majority",
        unit=Unit.FRACTION,
        tighter=Tighter.HIGHER,
        default=[1, 2],
        least=[1, 2],
        most=[9, 10],
        label=_("一般事项的赞成比例"),
        sentence=_("一般事项：赞成要超过到会委员的%(value)s"),
        source=_("以基金会条例第二十一条类推，对管委会不具强制力"),
    ),
    ClauseKind(
        key="major_majority",
        unit=Unit.FRACTION,
        tighter=Tighter.HIGHER,
        default=[2, 3],
        least=[1, 2],
        most=[1, 1],
        label=_("重大事项的赞成比例"),
        sentence=_("重大事项：赞成不少于全体委员的%(value)s"),
        source=_("以基金会条例第二十一条类推，对管委会不具强制力"),
    ),
    ClauseKind(
        key="major_grant_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.LOWER,
        default=20_000 * _YUAN,
        least=0,
        most=MAX_FEN,
        label=_("算作重大事项的资助金额"),
        sentence=_("单笔资助超过 %(value)s 算重大事项"),
        source=_UNSOURCED,
    ),
    ClauseKind(
        key="recusal_base",
        unit=Unit.CHOICE,
        tighter=Tighter.HIGHER,
        default="excluded",
        options=(
            ("excluded", _("回避的委员不算进应到人数")),
            ("counted", _("回避的委员仍算进应到人数")),
        ),
        label=_("回避委员怎样计数"),
        source=_UNSOURCED,
    ),
    ClauseKind(
        key="vote_days_min",
        unit=Unit.DAYS,
        tighter=Tighter.HIGHER,
        default=3,
        least=1,
        most=30,
        label=_("表决最短天数"),
        sentence=_("表决至少开放 %(value)s"),
        source=_UNSOURCED,
    ),
)

_GRANTS = (
    ClauseKind(
        key="notice_days",
        unit=Unit.DAYS,
        tighter=Tighter.HIGHER,
        default=7,
        least=1,
        most=60,
        label=_("拨款前公示天数"),
        sentence=_("第一笔拨款前公示不少于 %(value)s"),
        source=_("无全国规定，默认值；政务公示常用 7 个自然日"),
    ),
    ClauseKind(
        key="first_instalment_max_bp",
        unit=Unit.SHARE,
        tighter=Tighter.LOWER,
        default=5000,
        least=0,
        most=10_000,
        label=_("验收前最多拨付"),
        sentence=_("验收前最多拨付资助金额的 %(value)s"),
        source=_UNSOURCED,
    ),
    ClauseKind(
        key="town_review_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.LOWER,
        default=20_000 * _YUAN,
        least=0,
        most=MAX_FEN,
        label=_("报街镇审核的金额"),
        sentence=_("单笔超过 %(value)s 报街镇审核"),
        source=_("限额由各地自定，默认值"),
    ),
    ClauseKind(
        key="district_confirm_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.LOWER,
        default=50_000 * _YUAN,
        least=0,
        most=MAX_FEN,
        label=_("报区里确认的金额"),
        sentence=_("单笔超过 %(value)s 报区里确认"),
        source=_("限额由各地自定，默认值"),
    ),
)

_MONEY_IN = (
    ClauseKind(
        key="seed_fen",
        unit=Unit.AMOUNT,
        tighter=Tighter.LOWER,
        default=10_000 * _YUAN,
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
        default=50_000 * _YUAN,
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
)

_HOST = (
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

_OPENNESS = (
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
)

# Ratios of the whole host; only its own level sets them.
HOST_GROUP = "host"
GROUPS = (
    ("committee", _("管委会"), _COMMITTEE),
    ("voting", _("表决"), _VOTING),
    ("grants", _("资助和拨付"), _GRANTS),
    ("money", _("启动资金、配捐和管理费"), _MONEY_IN),
    ("openness", _("公开和清理"), _OPENNESS),
    (HOST_GROUP, _("慈善会的指标"), _HOST),
)
CLAUSES: dict[str, ClauseKind] = {kind.key: kind for _name, _title, kinds in GROUPS for kind in kinds}
