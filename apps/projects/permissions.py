"""Who may apply, edit and report. Who may decide is judged in `grants`, which knows the committees."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund
from apps.projects.models import Evidence, Project
from apps.projects.queries import is_sealed
from apps.projects.states import ACCEPTED, AT_WORK, DRAFT, FILED, RUNNING, SUBMITTED
from apps.registry.models import Organisation
from apps.registry.queries import for_user
from apps.users.models import Role, User
from apps.users.permissions import Person, acts_as
from apps.users.queries import current_roles


def is_implementer(user: Person, organisation_code: str) -> bool:
    """Tell whether a person acts for an organisation today: on the receiving side of its money."""
    return bool(acts_as(user, Role.Kind.IMPLEMENTER, organisation=organisation_code))


def not_the_implementer(user: Person, project: Project) -> Verdict:
    """Refuse whoever wrote the application or acts for the organisation that carries it out."""
    if user is None:
        return YES
    if user.pk == project.created_by_id or is_implementer(user, project.organisation.code):
        return no(_("您是这个项目的申请方或实施方，这一步要由别人来做。"))
    return YES


def may_record_needs(user: Person) -> Verdict:
    """Staff of any room write down what residents tell them: who holds a role, or a seat, which rooms above this one
    know (`settings.NEED_RECORDERS`)."""
    if (
        isinstance(user, User)
        and user.is_active
        and (
            current_roles(user).exists() or any(import_string(path)(user) for path in settings.NEED_RECORDERS)
        )
    ):
        return YES
    return no(_("代居民记录，要由登录的工作人员来做。"))


def may_apply(user: Person, *, organisation: Organisation, fund: Fund) -> Verdict:
    """An implementer of an active organisation may apply to a fund that is open."""
    verdict = acts_as(user, Role.Kind.IMPLEMENTER, organisation=organisation.code)
    if not verdict:
        return verdict
    if organisation.state != Organisation.State.ACTIVE:
        return no(_("%(name)s 的登记已暂停，暂时不能申请项目。") % {"name": organisation.name})
    if fund.state != Fund.State.OPEN:
        return no(_("这个基金现在不接受申请。"))
    if fund.kind == Fund.Kind.GENERAL:
        return no(_("慈善会本部不直接受理项目申请，请向社区或街镇的基金申请。"))
    return YES


def may_keep(user: Person, fund: Fund) -> Verdict:
    """Whoever acts for an active organisation may leave an application to an open fund half written."""
    if not isinstance(user, User) or not for_user(user).exists():
        return no(_("您现在不代表任何登记有效的组织，不能申请项目。"))
    return YES if fund.state == Fund.State.OPEN else no(_("这个基金现在不接受申请。"))


def may_edit(user: Person, project: Project) -> Verdict:
    """A draft may be edited and submitted by those who may apply."""
    verdict = may_apply(user, organisation=project.organisation, fund=project.fund)
    if not verdict:
        return verdict
    if project.state == SUBMITTED:
        return no(_("项目已经提交，撤回以后才能修改。"))
    return YES if project.state == DRAFT else no(_("项目已经提交表决，写的内容定住了，不能再改。"))


def may_withdraw(user: Person, project: Project) -> Verdict:
    """Until it is tabled, the implementer may take an application back."""
    verdict = acts_as(user, Role.Kind.IMPLEMENTER, organisation=project.organisation.code)
    if not verdict:
        return verdict
    if project.state != SUBMITTED:
        return no(_("只有已申请、还没有提交表决的项目可以撤回。"))
    if project.call is not None and clock.now() >= project.call.closes_at:
        return no(_("征集已经截止，撤回就不能再交了。要改或者不做了，请告诉管委会的秘书。"))
    return YES


def may_file_evidence(user: Person, project: Project) -> Verdict:
    """The implementer of a running project may report, as long as the closing report is not under review."""
    verdict = acts_as(user, Role.Kind.IMPLEMENTER, organisation=project.organisation.code)
    if not verdict:
        return verdict
    if project.state != RUNNING:
        return no(
            _("项目在“进行中”时才能交成果，现在是“%(state)s”。") % {"state": project.get_state_display()}
        )
    if Evidence.objects.filter(project=project, is_final=True, state=FILED).exists():
        return no(_("结项成果已经交了，正在等验收。退回以后可以重新交。"))
    return YES


def may_keep_records(user: Person, project: Project) -> Verdict:
    """The implementer writes down spending and occasions from the start of the work until the project is closed."""
    verdict = acts_as(user, Role.Kind.IMPLEMENTER, organisation=project.organisation.code)
    if not verdict:
        return verdict
    if project.state not in (RUNNING, ACCEPTED):
        return no(_("项目进行中才能记，现在是“%(state)s”。") % {"state": project.get_state_display()})
    return YES


def may_record_spending(user: Person, project: Project) -> Verdict:
    """The implementer writes down spending from the start of the work until the final account is handed in; also what
    was paid after the last instalment came."""
    verdict = acts_as(user, Role.Kind.IMPLEMENTER, organisation=project.organisation.code)
    if not verdict:
        return verdict
    if project.records_closed_at is not None:
        return no(_("决算已经交了，支出不能再记也不能再划掉。财务退回决算以后可以改。"))
    if project.state not in AT_WORK:
        return no(_("项目进行中才能记，现在是“%(state)s”。") % {"state": project.get_state_display()})
    return YES


def is_opened(project: Project) -> Verdict:
    """Offers from a list are opened together, once their call has closed; until then nobody but the applicant acts on
    one."""
    return no(_("报价要等征集截止才打开。")) if is_sealed(project) else YES
