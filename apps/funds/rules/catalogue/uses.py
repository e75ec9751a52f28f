"""Clauses on what the money may and may not be used for, and by what applications are judged: lists."""

from django.utils.translation import gettext_lazy as _

from apps.funds.rules.catalogue.sources import UNSOURCED
from apps.funds.rules.kinds import ClauseKind, Tighter, Unit

# The five fields of 綦江's funds, within 慈善法 art. 3; the same names as a project's field.
_FIELDS = (
    ("relief", _("社会救助")),
    ("elderly", _("养老服务")),
    ("children", _("儿童关爱")),
    ("social", _("社会事务")),
    ("safety", _("平安建设")),
)
_USES = (
    ("profit", _("营利活动")),
    ("distribution", _("分配给出资人、委员或其他个人")),
    ("interested", _("以捐赠人或委员的利害关系人为受益人")),
    ("officials", _("工作人员的福利")),
    ("guarantee", _("担保和出借")),
    ("committee_pay", _("委员的报酬")),
    ("committee_office", _("管委会的办公费用")),
    ("reception", _("接待和宴请")),
    ("cash_gifts", _("发给个人的现金红包")),
    ("religion", _("宗教活动")),
)
# What the law itself forbids; no level can leave it out.
_BY_LAW = ["profit", "distribution", "interested", "officials", "guarantee"]
_CRITERIA = (
    ("need", _("居民是否需要")),
    ("reach", _("受益的人有多少")),
    ("method", _("做法是否可行")),
    ("team", _("队伍和经验")),
    ("budget", _("预算是否合理")),
    ("resources", _("带来多少别的资源")),
    ("lasting", _("钱用完后能否持续")),
    ("novelty", _("有没有新办法")),
)

USES = (
    ClauseKind(
        key="permitted_fields",
        unit=Unit.LIST,
        tighter=Tighter.LOWER,
        default=[name for name, _words in _FIELDS],
        options=_FIELDS,
        label=_("可以资助的领域"),
        sentence=_("资助的领域：%(value)s"),
        source=_("参照重庆市綦江区的五个领域，都在慈善法第三条之内"),
    ),
    ClauseKind(
        key="forbidden_uses",
        unit=Unit.LIST,
        tighter=Tighter.HIGHER,
        default=[*_BY_LAW, "committee_pay", "committee_office", "reception"],
        least=_BY_LAW,
        options=_USES,
        label=_("不能用在哪里"),
        sentence=_("不能用于：%(value)s"),
        source=_("前五项依据慈善法第十四、四十、五十三、五十九条，其余参照湖南省的做法"),
    ),
    ClauseKind(
        key="review_criteria",
        unit=Unit.LIST,
        tighter=Tighter.HIGHER,
        default=["need", "reach", "method", "team", "budget"],
        options=_CRITERIA,
        label=_("评分看哪几项"),
        sentence=_("申请按这几项评分：%(value)s"),
        source=UNSOURCED,
    ),
)
