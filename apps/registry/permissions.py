"""Who may register organisations and open their accounts."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.registry.models import Organisation
from apps.users.models import Role, User
from apps.users.permissions import acts_as

Person = User | AnonymousUser | None


def may_register(by: Person, host: str) -> Verdict:
    """The administrator or the finance staff of the host that will answer for the organisation."""
    if not host:
        return no(_("请说明由哪一家慈善会登记。"))
    return acts_as(by, Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, host=host)


def may_keep(by: Person, organisation: Organisation) -> Verdict:
    """Who may suspend an organisation or name its people: the same staff of its own host."""
    return may_register(by, organisation.host)


def may_open_account(by: Person, organisation: Organisation) -> Verdict:
    """Only finance of the organisation's own host sees or changes the account that money is paid to."""
    if not organisation.host:
        return no(_("这个组织没有登记在任何慈善会名下，先补登记才能查看收款账号。"))
    return acts_as(by, Role.Kind.FINANCE, host=organisation.host)


def may_check_account(by: Person, organisation: Organisation) -> Verdict:
    """Another person of the same finance than the one who entered the account."""
    verdict = may_open_account(by, organisation)
    if not verdict:
        return verdict
    if not organisation.payee_account:
        return no(_("还没有登记收款账号。"))
    if by is not None and by.pk == organisation.payee_entered_by_id:
        return no(_("账号是您登记的，要由另一位财务核对。"))
    return YES


def system_or(by: Person, verdict: Verdict) -> Verdict:
    """The system itself (no user) may; anyone else needs the verdict."""
    return YES if by is None else verdict
