"""A project's final account: handed in from its vouchers, checked by finance against the books, frozen; what is left
goes back (慈善法第五十八条)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.money import MAX_FEN
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.grants import notices, permissions, queries
from apps.grants.models import Clawback, FinalAccount, Grant, SurplusReturn
from apps.grants.services.locks import changed, lock_grants
from apps.grants.states import ACCOUNT_MOVES
from apps.projects import services as projects
from apps.projects.models import Project
from apps.projects.rules import CODE_LENGTH
from apps.users.models import User

PREFIX = "J"


@verb
def hand_in_account(
    project: Project,
    *,
    words: str = "",
    other: Mapping[int, int] | None = None,
    keep: bool = False,
    kept_for: str = "",
    key: str = "",
    by: User,
) -> FinalAccount:
    """Hand in the account of a closed project; from then on its spending is not changed any more.

    The figures come from the budget, the vouchers and the books. `other` is what came in of the other money by the
    numbers of its lines, in fen; `words` explains; `keep` asks to keep the surplus for `kept_for`, which counts only
    for funds whose rules allow it. `key` is the code the form handed out: the same again returns the account, other
    words under the same key are refused naming `key`. Raises `Refused` naming the field.
    """
    grants = lock_grants(project)
    project = projects.lock_project(project)
    verdict = permissions.may_hand_in(by, project)
    words = clean_text(words, field="words", limit=1000, lines=True)
    kept_for = clean_text(kept_for, field="kept_for", limit=200)
    if keep and not kept_for:
        raise Refused(_("结余留用，请写明用在什么地方，要和项目的目的一样。"), "kept_for")
    worked = queries.work_out(
        project, other=_checked(project, other or {}), keep=keep, words=words, kept_for=kept_for
    )

    def says(row: FinalAccount) -> bool:
        """Tell whether an account says just this; what it works out from the records is not the form's."""
        own = ("project", "words", "kept_for", "other")
        return all(row.facts[name] == worked.facts[name] for name in own)

    written = projects.written_before(
        FinalAccount, key=key, prefix=PREFIX, writer="filed_by_id", by=by, says=says, refusal=verdict.reason
    )
    if written is not None:
        return written
    verdict.require()
    settled = worked.settled
    account = FinalAccount.objects.create(
        code=key or new_code(PREFIX, CODE_LENGTH),
        project=project,
        number=project.final_accounts.count() + 1,
        paid=sum(one.payer.paid for one in settled.payers),
        returned=sum(one.payer.returned for one in settled.payers),
        written_off=sum(one.payer.written_off for one in settled.payers),
        spent=settled.spent,
        surplus=settled.surplus,
        kept=settled.kept,
        facts=worked.facts,
        content_hash=worked.hash,
        filed_at=clock.now(),
        filed_by_id=by.pk,
    )
    projects.close_records(project, is_closed=True, by=by)
    audit.record(
        by, "hand_in_account", account, project=project.code, spent=account.spent, left=account.surplus
    )
    notices.account_filed(account)
    for grant in grants:
        changed(grant)
    return account


def _checked(project: Project, other: Mapping[int, int]) -> Mapping[int, int]:
    """Raise `Refused` naming `other_<number>` for a sum of no line of the other money, or one that cannot be."""
    known = set(project.funding_lines.values_list("number", flat=True))
    for number, amount in other.items():
        if number not in known or not 0 <= amount <= MAX_FEN:
            raise Refused(_("其他资金的金额不对，请核对。"), f"other_{number}")
    return other


def _hold(account: FinalAccount) -> tuple[FinalAccount, list[Grant]]:
    grants = lock_grants(account.project)
    projects.lock_project(account.project)
    held = FinalAccount.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("project__organisation", "project__fund__host").get(pk=account.pk), grants


def _decide(account: FinalAccount, state: str, *, reason: str, by: User) -> None:
    check_move(ACCOUNT_MOVES, account.state, state, what=_("这份决算"))
    account.state, account.reason = state, reason
    account.decided_at, account.decided_by_id = clock.now(), by.pk
    account.save(update_fields=["state", "reason", "decided_at", "decided_by_id"])


@verb
def return_account(account: FinalAccount, *, reason: str, by: User) -> FinalAccount:
    """Send an account back with a reason; its spending may be mended and it is handed in again."""
    account, grants = _hold(account)
    permissions.may_check(by, account).require()
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明退回的原因，实施方才知道怎么改。"), "reason")
    _decide(account, FinalAccount.State.RETURNED, reason=reason, by=by)
    projects.close_records(account.project, is_closed=False, by=by)
    audit.record(by, "return_account", account, project=account.project.code)
    notices.account_returned(account)
    for grant in grants:
        changed(grant)
    return account


@verb
def check_account(account: FinalAccount, *, by: User) -> FinalAccount:
    """Find an account right: it is frozen and public, and what is to go back is asked back of each grant.

    Checking twice changes nothing. Raises `Refused` for whoever handed it in or stands on another side, and when the
    records or the books say something else by now.
    """
    account, grants = _hold(account)
    if account.state == FinalAccount.State.CHECKED:
        return account
    permissions.may_check(by, account).require()
    permissions.still_holds(account).require()
    _decide(account, FinalAccount.State.CHECKED, reason="", by=by)
    by_code = {grant.code: grant for grant in grants}
    for fund in account.facts["funds"]:
        if fund["to_return"]:
            _ask_back(account, by_code[fund["grant"]], amount=fund["to_return"], by=by)
    audit.record(by, "check_account", account, project=account.project.code, spent=account.spent)
    notices.account_checked(account)
    for grant in grants:
        changed(grant)
    return account


def _ask_back(account: FinalAccount, grant: Grant, *, amount: int, by: User) -> None:
    """Ask a surplus back as grant money is asked back; another person of finance books what comes."""
    clawback = Clawback.objects.create(
        code=new_code("B"),
        grant=grant,
        asked=amount,
        reason=_("项目决算的结余，按本基金的办法退回"),
        asked_at=clock.now(),
        asked_by_id=by.pk,
    )
    SurplusReturn.objects.create(account=account, grant=grant, clawback=clawback)
    audit.record(by, "ask_back", clawback, grant=grant.code, amount=amount)
    notices.asked_back(clawback)
