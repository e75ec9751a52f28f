"""Who may open funds and adopt rules. None is the system itself."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund, Host
from apps.funds.states import RuleLevel
from apps.users.models import Role, User
from apps.users.permissions import acts_as


def may_register_host(user: User | None) -> Verdict:
    """The operator of the installation registers hosts."""
    if user is None or (user.is_active and user.is_superuser):
        return YES
    return no(_("登记慈善会要由系统管理员来做。"))


def may_open_fund(user: User | None, host: Host) -> Verdict:
    """The host's administrator opens funds."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_change_fund(user: User | None, fund: Fund) -> Verdict:
    """The host's administrator suspends and resumes a fund and opens its restrictions."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=fund.host.code)


def may_adopt(user: User | None, host: Host, *, level: int, division: str) -> Verdict:
    """A town's rules are adopted by its coordinator, all others by the host's administrator."""
    if user is None:
        return YES
    if level == RuleLevel.TOWN:
        return acts_as(user, Role.Kind.TOWN_COORDINATOR, division=division)
    return acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)
