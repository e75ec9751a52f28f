"""Clauses on who sits on a committee."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.funds.rules.catalogue.sources import FOUNDATIONS_20, FOUNDATIONS_21, HUNAN, UNSOURCED
from apps.funds.rules.kinds import ClauseKind, Tighter, Unit

COMMITTEE = (
    ClauseKind(
        key="committee_min_size",
        unit=Unit.COUNT,
        tighter=Tighter.HIGHER,
        default=5,
        least=3,
        most=25,
        label=_("管委会人数下限"),
        sentence=_("管委会不少于 %(value)s"),
        source=HUNAN,
    ),
    ClauseKind(
        key="committee_odd",
        unit=Unit.FLAG,
        tighter=Tighter.HIGHER,
        default=True,
        label=_("管委会人数为单数"),
        sentence=_("管委会人数是单数"),
        otherwise=_("管委会人数可以是双数"),
        source=HUNAN,
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
        source=HUNAN,
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
        source=UNSOURCED,
    ),
    ClauseKind(
        key="renewals_max",
        unit=Unit.TIMES,
        tighter=Tighter.LOWER,
        default=1,
        least=0,
        most=9,
        label=_("连任次数上限"),
        sentence=_("委员最多连任 %(value)s"),
        source=UNSOURCED,
    ),
    ClauseKind(
        key="kin_apart",
        unit=Unit.FLAG,
        tighter=Tighter.HIGHER,
        default=True,
        label=_("委员之间不是近亲属"),
        sentence=_("近亲属不应同时担任委员；同时担任的，公开标明"),
        otherwise=_("有近亲属关系的人可以同时担任委员"),
        source=FOUNDATIONS_20,
    ),
    ClauseKind(
        key="committee_unpaid",
        unit=Unit.FLAG,
        tighter=Tighter.HIGHER,
        default=True,
        label=_("委员不领报酬"),
        sentence=_("管委会成员不领报酬"),
        otherwise=_("管委会成员可以领误工补贴"),
        source=HUNAN,
    ),
    ClauseKind(
        key="composition_action",
        unit=Unit.CHOICE,
        tighter=Tighter.HIGHER,
        default="refuse",
        options=(
            ("flag", _("管委会组成不合规定时标出来，仍可表决")),
            ("refuse", _("管委会组成不合规定时不能表决")),
        ),
        label=_("管委会组成不合规定时"),
        source=UNSOURCED,
    ),
    ClauseKind(
        key="meetings_per_year",
        unit=Unit.TIMES,
        tighter=Tighter.HIGHER,
        default=2,
        least=1,
        most=12,
        label=_("每年开会次数下限"),
        sentence=_("管委会每年至少开会 %(value)s"),
        source=FOUNDATIONS_21,
    ),
)

_KINDS = (
    ("party", _("社区党组织和两委")),
    ("resident", _("居民")),
    ("donor", _("捐赠人")),
    ("social_organisation", _("社会组织")),
    ("social_worker", _("社会工作者")),
    ("volunteer", _("志愿者")),
    ("firm", _("企业")),
    ("host_staff", _("慈善会")),
)
MOST_SEATS = 25


def _seats(kind: str, name: str | Promise) -> tuple[ClauseKind, ClauseKind]:
    """Return how many voting seats of a kind there must be and may be; no limit by default."""
    fewest = ClauseKind(
        key=f"seats_{kind}_min",
        unit=Unit.COUNT,
        tighter=Tighter.HIGHER,
        default=0,
        least=0,
        most=MOST_SEATS,
        label=format_lazy(_("{kind}的委员下限"), kind=name),
        sentence=format_lazy(_("{kind}的委员不少于 %(value)s"), kind=name),
        source=UNSOURCED,
    )
    most = ClauseKind(
        key=f"seats_{kind}_max",
        unit=Unit.COUNT,
        tighter=Tighter.LOWER,
        default=MOST_SEATS,
        least=0,
        most=MOST_SEATS,
        label=format_lazy(_("{kind}的委员上限"), kind=name),
        sentence=format_lazy(_("{kind}的委员不多于 %(value)s"), kind=name),
        source=UNSOURCED,
    )
    return fewest, most


SEATS = tuple(clause for kind, name in _KINDS for clause in _seats(kind, name))
