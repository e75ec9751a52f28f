"""Who works at finance. None is the system itself."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.finance.models import Cleanup
from apps.funds.models import Fund, Host
from apps.grants.permissions import is_officer
from apps.users.models import Role
from apps.users.permissions import Person, acts_as


def may_reconcile(user: Person, host: Host) -> Verdict:
    """Finance brings in bank statements and says what their lines prove."""
    return YES if user is None else acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_close_books(user: Person, host: Host) -> Verdict:
    """Finance closes the months of its host's books."""
    return YES if user is None else acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_export(user: Person, host: Host) -> Verdict:
    """Finance takes out the books; auditors and the administrator may too."""
    return acts_as(user, Role.Kind.FINANCE, Role.Kind.AUDITOR, Role.Kind.HOST_ADMIN, host=host.code)


def may_read(user: Person, host: Host) -> Verdict:
    """Finance works with the bank's lines; auditors read them."""
    return acts_as(user, Role.Kind.FINANCE, Role.Kind.AUDITOR, host=host.code)


def may_see_names(user: Person, host: Host) -> Verdict:
    """Finance writes receipts and thanks donors, and needs their names; auditors and the administrator do not."""
    return acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_reorganise(user: Person, host: Host) -> Verdict:
    """The host's administrator merges and splits funds, on a document, and publishes what became of a surplus."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_close(user: Person, fund: Fund, motion_code: str) -> Verdict:
    """A motion in force closes a fund by itself; else the host's administrator does, who signed the agreement."""
    if user is None and not motion_code:
        return no(_("关闭基金要有决议或慈善会的决定。"))
    return may_reorganise(user, fund.host)


def may_clean_up(user: Person, fund: Fund, step: str) -> Verdict:
    """A plan is given by the fund's chair or secretary, or written down by the host; the host does the rest."""
    if user is None:
        return YES
    verdict = may_reorganise(user, fund.host)
    return verdict or (is_officer(user, fund) if step == Cleanup.Step.PLAN else verdict)
