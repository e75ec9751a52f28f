"""What can be checked of an application before anyone scores it: each point with its verdict, sentence and clause."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.money import percent, written
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import EffectiveRule, effective_rules
from apps.governance.queries import source_of, usable, voting_seats, whole
from apps.grants.models import Clawback
from apps.grants.queries.purposes import purposes_for
from apps.grants.queries.sides import payees_side
from apps.projects import rules
from apps.projects.models import BudgetLine, Call, Confirmation, Field, Project
from apps.projects.queries import closing_reported, conflicts_of
from apps.projects.states import RUNNING as AT_WORK
from apps.registry.models import Organisation
from apps.registry.rules import clean_uscc

PASS, FAIL, ASK = "pass", "fail", "ask"
# Fewer partners than this are no 五社联动; no rule says how many, so a person looks.
FEW_PARTNERS = 2


@dataclass(frozen=True)
class Finding:
    """One point: it holds, it does not, or a person has to look (`ask`) until `confirmed` says how they did."""

    key: str
    verdict: str
    label: str
    sentence: str
    clause: str = ""
    confirmed: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether this point stands in nobody's way."""
        return self.verdict == PASS or (self.verdict == ASK and bool(self.confirmed))

    @property
    def refusal(self) -> str:
        """What is said to whoever goes on although this point is not settled."""
        return _("资格核对还没过：%(label)s，%(sentence)s。") % {
            "label": self.label,
            "sentence": self.sentence,
        }


def findings(project: Project, fund: Fund) -> list[Finding]:
    """Return every point of an application as it stands today, by the rules of a fund that is asked to pay."""
    confirmed = dict(
        Confirmation.objects.filter(project=project, text_hash=project.text_hash).values_list("key", "words")
    )
    return [
        replace(one, confirmed=confirmed.get(one.key, "")) for check in CHECKS for one in check(project, fund)
    ]


def _phrase(refusal: Refused) -> str:
    """The refusal without its full stop, as the other points are written."""
    return str(refusal).rstrip("。.")


def _organisation(project: Project, _fund: Fund) -> Iterator[Finding]:
    organisation = project.organisation
    is_active = organisation.state == Organisation.State.ACTIVE
    yield Finding(
        "organisation",
        PASS if is_active else FAIL,
        _("组织登记"),
        _("%(name)s 的登记有效") % {"name": organisation.name}
        if is_active
        else _("%(name)s 的登记已暂停") % {"name": organisation.name},
    )
    label = _("统一社会信用代码")
    if not organisation.uscc:
        words = _("没有登记代码，请核对登记证或备案证明")
        yield Finding("uscc", ASK, label, words)
        return
    try:
        clean_uscc(organisation.uscc)
    except Refused as refusal:
        yield Finding("uscc", FAIL, label, _phrase(refusal))
    else:
        yield Finding("uscc", PASS, label, _("校验位正确：%(code)s") % {"code": organisation.uscc})


def _period(project: Project, _fund: Fund) -> Iterator[Finding]:
    label = _("时间")
    try:
        rules.check_dates(project.starts_on, project.ends_on, today=clock.today())
    except Refused as refusal:
        yield Finding("period", FAIL, label, _phrase(refusal))
    else:
        days = {"from": project.starts_on.isoformat(), "until": project.ends_on.isoformat()}
        yield Finding("period", PASS, label, _("%(from)s 到 %(until)s") % days)


def _field(project: Project, fund: Fund) -> Iterator[Finding]:
    rule = effective_rules(fund)["permitted_fields"]
    permitted = rule.value if isinstance(rule.value, list) else []
    clause, words = source_of(rule), rule.words
    fits = project.field in permitted
    if fits and project.call is not None and project.call.fields:
        clause = _of_call(project.call)
        words = _("、").join(str(Field(name).label) for name in project.call.fields)
        fits = project.field in project.call.fields
    facts = {"field": project.get_field_display(), "words": words}
    yield Finding("field", PASS if fits else FAIL, _("领域"), _("%(field)s；%(words)s") % facts, clause)


def _amount(project: Project, _fund: Fund) -> Iterator[Finding]:
    call = project.call
    if call is None:
        return
    fits = call.smallest <= project.asked <= call.largest
    words = _("一个项目 ¥%(smallest)s 到 ¥%(largest)s，申请 ¥%(asked)s") % {
        "smallest": written(call.smallest),
        "largest": written(call.largest),
        "asked": written(project.asked),
    }
    yield Finding("amount", PASS if fits else FAIL, _("金额"), words, _of_call(call))


def _of_call(call: Call) -> str:
    return _("征集“%(title)s”") % {"title": call.title}


def _money(project: Project, fund: Fund) -> Iterator[Finding]:
    asked = project.shares.get(fund=fund).amount
    named = [one.restriction.code for one in purposes_for(project, fund) if one.may_pay or one.asks_why]
    most = max(usable(fund, code) for code in ("", *named))
    facts = {"left": written(most), "asked": written(asked)}
    yield Finding(
        "money",
        PASS if most >= asked else FAIL,
        _("基金的钱"),
        _("本基金今天最多可安排 ¥%(left)s，申请 ¥%(asked)s") % facts,
    )


def _costs(project: Project, fund: Fund) -> Iterator[Finding]:
    lines = project.budget_lines.order_by().values_list("cost_type").annotate(total=Sum("amount"))
    return cost_findings(fund, dict(lines.values_list("cost_type", "total")), project.asked)


def cost_findings(fund: Fund, spent: Mapping[str, int], asked: int) -> Iterator[Finding]:
    """Return how the capped kinds of cost (fen by kind) of a budget of `asked` fen stand to a fund's rules."""
    effective = effective_rules(fund)
    for key, kind in (
        ("personnel_cost_max_bp", BudgetLine.CostType.PERSONNEL),
        ("management_cost_max_bp", BudgetLine.CostType.MANAGEMENT),
    ):
        yield _cost(effective[key], kind, spent.get(kind.value, 0), asked)


def _cost(rule: EffectiveRule, kind: BudgetLine.CostType, part: int, asked: int) -> Finding:
    over = rules.is_over(part, asked, whole(rule))
    words = _("%(kind)s ¥%(part)s，共 ¥%(asked)s；%(rule)s") % {
        "kind": kind.label,
        "part": written(part),
        "asked": written(asked),
        "rule": rule.words,
    }
    return Finding(f"cost_{kind.value}", FAIL if over else PASS, rule.label, words, source_of(rule))


def _instalments(project: Project, fund: Fund) -> Iterator[Finding]:
    """What the plan pays before final acceptance; one that plans nothing follows the rules by itself."""
    if project.first_bp is None:
        return
    rule = effective_rules(fund)["first_instalment_max_bp"]
    shares = list(project.milestones.values_list("share_bp", flat=True))
    before = rules.before_acceptance(project.first_bp, shares)
    facts = {"share": percent(before), "rule": rule.words}
    words = _("结项验收前一共付 %(share)s；%(rule)s") % facts
    yield Finding("instalments", PASS if before <= whole(rule) else FAIL, _("分期"), words, source_of(rule))


def _parts(project: Project, _fund: Fund) -> Iterator[Finding]:
    given = project.parts.count()
    words = _("五社里写了 %(count)d 方的分工") % {"count": given}
    yield Finding("parts", PASS if given >= FEW_PARTNERS else ASK, _("五社分工"), words)


def _conflicts(project: Project, fund: Fund) -> Iterator[Finding]:
    seats = list(voting_seats(fund))
    aside = payees_side(project, [seat.user_id for seat in seats])
    names = [seat.user.name for seat in seats if seat.user_id in aside]
    if len(names) == len(seats):
        words = _("没有一位委员可以表决：都要回避，或者还没有委员")
        yield Finding("conflicts", FAIL, _("回避"), words, _("慈善法第十四条"))
        return
    words = _("要回避：%(names)s") % {"names": _("、").join(names)} if names else _("没有委员申报过关系")
    yield Finding("conflicts", PASS, _("回避"), words, _("慈善法第十四条"))


def _declared(project: Project, _fund: Fund) -> Iterator[Finding]:
    label, clause = _("申请方申报的关系"), _("慈善法第十四条")
    if words := conflicts_of(project):
        yield Finding("declared", ASK, label, words, clause)
    else:
        yield Finding("declared", PASS, label, _("申请方申明和委员没有利害关系"), clause)


def _clawbacks(project: Project, _fund: Fund) -> Iterator[Finding]:
    asked = Clawback.objects.filter(grant__project__organisation=project.organisation)
    sums = asked.aggregate(
        left=Sum(F("asked") - F("returned") - F("written_off")), given_up=Sum("written_off")
    )
    left, given_up = sums["left"] or 0, sums["given_up"] or 0
    if left:
        words = _("还有 ¥%(left)s 要退回的资助款没有退") % {"left": written(left)}
    elif given_up:
        words = _("没有欠退的资助款；有 ¥%(sum)s 由管委会表决核销过") % {"sum": written(given_up)}
    else:
        words = _("没有欠退的资助款")
    yield Finding("clawbacks", ASK if left else PASS, _("追回"), words, _("慈善法第六十条") if left else "")


def _overdue(project: Project, _fund: Fund) -> Iterator[Finding]:
    late = Project.objects.filter(
        ~closing_reported(), organisation=project.organisation, state=AT_WORK, ends_on__lt=clock.today()
    )
    count = late.count()
    words = _("有 %(count)d 个项目过了期还没交结项成果") % {"count": count}
    yield Finding("overdue", ASK if count else PASS, _("以前的项目"), words if count else _("没有逾期的成果"))


CHECKS: tuple[Callable[[Project, Fund], Iterator[Finding]], ...] = (
    _organisation,
    _period,
    _field,
    _amount,
    _money,
    _costs,
    _instalments,
    _parts,
    _conflicts,
    _declared,
    _clawbacks,
    _overdue,
)
