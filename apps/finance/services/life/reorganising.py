"""Merging and splitting funds, as when communities merge (区划调整)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions, queries
from apps.finance.services.life.moving import Act, move_funds
from apps.finance.services.life.plans import ALL, WHOLE, Plan, Shares
from apps.funds import services as funds
from apps.funds.models import Fund, Succession
from apps.funds.states import SuccessionKind
from apps.users.models import User

DOCUMENT_LIMIT, REASON_LIMIT = 200, 1000


@verb
def merge_funds(
    predecessors: Sequence[Fund],
    *,
    successor: Fund,
    document: str,
    reason: str = "",
    joined: bool = False,
    by: User | None,
) -> Succession:
    """Merge funds into another fund of the same host: money, promises, grants, applications and campaigns go along.

    The old funds' own purposes stay restrictions of that name in the new one, or become its own with `joined`, when the
    agreement says so. Merging the same funds again returns the act of then. Raises `Refused` with what is in the way.
    """
    ending, heirs = _locked(predecessors, [successor])
    permissions.may_reorganise(by, successor.host).require()
    done = _done_already(ending, heirs, SuccessionKind.MERGER)
    if done is not None:
        return done
    document, reason = _paper(document, reason)
    _check_funds(ending, heirs)
    plans = [Plan(fund, heirs, joined=joined) for fund in ending]
    act = Act(SuccessionKind.MERGER.value, document, reason)
    return move_funds(successor.host, plans, act, by=by)


@verb
def split_fund(
    fund: Fund,
    *,
    shares: Shares,
    grants: Mapping[str, str] | None = None,
    document: str,
    reason: str = "",
    by: User | None,
) -> Succession:
    """Split a fund among others of its host by written shares in basis points; they add up to 10,000.

    `shares` names for `"*"` (all money) and, where it differs, for single restrictions what each fund gets, by code;
    `grants` which fund goes on with a grant (the one with the largest share, where nothing is said). What is reserved
    goes with its grant; the rest by the shares, to the fen by largest remainder. Raises `Refused`.
    """
    named = sorted({code for of_one in shares.values() for code in of_one})
    found = {row.code: row for row in Fund.objects.filter(code__in=named, host=fund.host)}
    missing = [code for code in named if code not in found]
    if missing:
        raise Refused(_("这家慈善会没有这支基金：%(codes)s。") % {"codes": _("、").join(missing)}, "shares")
    ending, heirs = _locked([fund], list(found.values()))
    permissions.may_reorganise(by, fund.host).require()
    done = _done_already(ending, heirs, SuccessionKind.SPLIT)
    if done is not None:
        return done
    document, reason = _paper(document, reason)
    if len(heirs) < 2:
        raise Refused(_("拆分至少要有两支接续的基金；只有一支的是合并。"), "shares")
    _check_funds(ending, heirs)
    _check_shares(ending[0], shares)
    plan = Plan(ending[0], heirs, shares, dict(grants or {}))
    return move_funds(fund.host, [plan], Act(SuccessionKind.SPLIT.value, document, reason), by=by)


def _locked(ending: Sequence[Fund], heirs: Sequence[Fund]) -> tuple[list[Fund], list[Fund]]:
    """Lock all funds in the order of their codes and return them as they are now, each list in that order."""
    rows = {code: funds.lock_fund(code) for code in sorted({fund.code for fund in [*ending, *heirs]})}
    first = sorted({fund.code for fund in ending})
    return [rows[code] for code in first], [rows[code] for code in sorted({fund.code for fund in heirs})]


def _done_already(ending: Sequence[Fund], heirs: Sequence[Fund], kind: str) -> Succession | None:
    """Return the act that already did exactly this."""
    acts = Succession.objects.filter(kind=kind, parts__predecessor__in=ending).distinct()
    for act in acts:
        pairs = set(act.parts.values_list("predecessor_id", "successor_id"))
        if pairs == {(fund.pk, heir.pk) for fund in ending for heir in heirs}:
            return act
    return None


def _paper(document: str, reason: str) -> tuple[str, str]:
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    if not document:
        raise Refused(_("请填写依据文件，比如区划调整的批文或协议编号。"), "document")
    return document, clean_text(reason, field="reason", limit=REASON_LIMIT, lines=True)


def _check_funds(ending: Sequence[Fund], heirs: Sequence[Fund]) -> None:
    if not ending:
        raise Refused(_("请选择要并出去的基金。"), "predecessors")
    for heir in heirs:
        if heir in ending:
            raise Refused(_("%(fund)s不能并入自己。") % {"fund": heir.name}, "successor")
        if heir.state != Fund.State.OPEN or heir.kind == Fund.Kind.GENERAL:
            raise Refused(_("接续的要是运行中的专项基金，%(fund)s不是。") % {"fund": heir.name}, "successor")
    hosts = {fund.host_id for fund in [*ending, *heirs]}
    if len(hosts) > 1:
        raise Refused(_("两家慈善会的基金不能合并：钱在两家的账上。"), "successor")
    for fund in ending:
        if fund.kind == Fund.Kind.GENERAL:
            raise Refused(_("慈善会本部的基金不能合并或拆分。"), "predecessors")
        if fund.state == Fund.State.CLOSED:
            raise Refused(_("%(fund)s已经关闭。") % {"fund": fund.name}, "predecessors")
        found = queries.obstacles(fund, closing=False)
        if found:
            raise Refused("".join(found), "predecessors")


def _check_shares(fund: Fund, shares: Shares) -> None:
    """Refuse shares that do not add up, or that are of restrictions the fund has not."""
    if ALL not in shares:
        raise Refused(_("请写明各支基金各分多少。"), "shares")
    known = {"", ALL, *fund.restrictions.values_list("code", flat=True)}
    for restriction, of_one in shares.items():
        if restriction not in known:
            raise Refused(_("%(fund)s没有这项限定用途。") % {"fund": fund.name}, "shares")
        total = sum(of_one.values())
        if any(share < 0 for share in of_one.values()) or total != WHOLE:
            raise Refused(
                _("份额加起来要正好是 100%%，现在是 %(total)s%%。") % {"total": f"{total / 100:g}"},
                "shares",
            )
