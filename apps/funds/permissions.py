"""Who may open funds and adopt rules. None is the system itself."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.divisions.rules import level_of
from apps.funds import queries
from apps.funds.models import Approval, Fund, FundApplication, Host, Rulebook
from apps.funds.states import RuleLevel
from apps.users.models import Role, User
from apps.users.permissions import acts_as

# The level of a town or subdistrict among the divisions.
TOWN = 4


def may_register_host(user: User | None) -> Verdict:
    """The operator of the installation registers hosts."""
    if user is None or (user.is_active and user.is_superuser):
        return YES
    return no(_("登记慈善会要由系统管理员来做。"))


def may_open_fund(user: User | None, host: Host) -> Verdict:
    """The host's administrator opens funds."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_appoint(user: User | None, host: Host, division: str) -> Verdict:
    """The host's administrator says who coordinates a town of its area."""
    if level_of(division) != TOWN or not queries.contains(host, division):
        return no(_("统筹员只能授予本会区域里的街镇。"))
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_change_fund(user: User | None, fund: Fund) -> Verdict:
    """The host's administrator suspends and resumes a fund and opens its restrictions."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=fund.host.code)


def may_adopt(user: User | None, host: Host, *, level: int, division: str) -> Verdict:
    """A town's rules are adopted by its coordinator, the host's and the district's by the host's administrator.

    A community's are adopted by its committee: the system writes what a motion decided.
    """
    if user is None:
        return YES
    if level == RuleLevel.COMMUNITY:
        return no(_("社区的规则由基金的管委会表决：请由主任或秘书提交修改规则的议案。"))
    if level == RuleLevel.TOWN:
        return acts_as(user, Role.Kind.TOWN_COORDINATOR, division=division)
    return acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_attach(user: User | None, book: Rulebook) -> Verdict:
    """Whoever adopts the level's rules lays the document beside them; the host's administrator for a community."""
    if user is None or book.level != RuleLevel.COMMUNITY:
        return may_adopt(user, book.host, level=book.level, division=book.division_id)
    return acts_as(user, Role.Kind.HOST_ADMIN, host=book.host.code)


def may_decide(user: User | None, approval: Approval) -> Verdict:
    """Who holds the role of the step whose turn it is; not who asked or is a party, and nobody two steps of a round."""
    step = queries.current_step(approval)
    if step is None:
        return no(_("这件事现在没有待审批的一步。"))
    if user is None:
        return YES
    if user.pk in {approval.opened_by_id, approval.submitted_by_id}:
        return no(_("这件事是您提出的，要由别人来批。"))
    if party := approval.parties.filter(user_id=user.pk).first():
        return no(_("您%(why)s，要由别人来批。") % {"why": party.get_kind_display()})
    people = queries.holders(role_kind=step.role_kind, scope_kind=step.scope_kind, scope_code=step.scope_code)
    if not people.filter(pk=user.pk).exists():
        return no(
            _("“%(step)s”这一步要由%(role)s来办。")
            % {"step": step.label, "role": step.get_role_kind_display()}
        )
    if approval.steps.filter(round=approval.round, decided_by_id=user.pk).exists():
        return no(_("这一轮里您已经办过一步，下一步要由别人来办。"))
    return YES


def may_apply(user: User | None, host: Host) -> Verdict:
    """Whoever signs in may ask for a fund in the name of a community: its committee-to-be has no role yet.

    The town, which knows the community, reviews it first. A coordinator may ask too; then another one reviews it.
    """
    return YES if user is None or user.is_active else no(_("这个账号已经停用。"))


def may_mend(user: User | None, application: FundApplication) -> Verdict:
    """Who asked may mend or take back what they asked."""
    if user is None or user.pk == application.applied_by_id:
        return YES
    return no(_("申请由提出的人来改。"))
