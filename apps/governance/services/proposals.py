"""What can be put before a committee, kind by kind: checked, and frozen as plain values.

A proposal has neither e-mail addresses nor user ids in its subject, because that becomes public. Rule changes, changes
of purpose and closing a fund are major matters (by analogy with 基金会条例第二十一条: charter, division and end);
elections, budgets and anything else are what the proposer says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.funds import rules as clause_rules
from apps.funds.models import Fund, PurposeChange, Restriction
from apps.funds.queries import agreed_surplus, effective_rules, loosenings, what_is_left
from apps.funds.services import check_purpose_change
from apps.funds.states import Field, FundKind, FundState, RuleLevel
from apps.governance.models import Motion, Seat
from apps.governance.queries import source_of
from apps.users.models import User

MAJOR_KINDS = frozenset({Motion.Kind.RULE_CHANGE, Motion.Kind.PURPOSE_CHANGE, Motion.Kind.CLOSING})
TITLE_LIMIT, TEXT_LIMIT = 80, 5000
LEVELS: Mapping[str, RuleLevel] = {
    FundKind.COMMUNITY: RuleLevel.COMMUNITY,
    FundKind.TOWN: RuleLevel.TOWN,
    FundKind.DISTRICT: RuleLevel.DISTRICT,
}
YEARS_AHEAD = 1


@dataclass(frozen=True)
class Nomination:
    """Who stands for which office, and whose seat they would take."""

    user: User
    office: str
    kind: str
    replaces: Seat | None = None


@dataclass(frozen=True)
class Proposal:
    """A motion to be tabled: its kind, its words, its frozen subject."""

    kind: str
    title: str
    subject: dict[str, Any]
    is_major: bool = False
    nominations: Sequence[Nomination] = field(default=())


def text(*, title: str, text: str, is_major: bool) -> Proposal:
    """Return a matter in free words."""
    words = clean_text(text, field="text", limit=TEXT_LIMIT, lines=True)
    if not words:
        raise Refused(_("请写清楚要决定什么。"), "text")
    return Proposal(Motion.Kind.TEXT, title, {"text": words}, is_major)


def rule_change(
    fund: Fund,
    *,
    title: str,
    document: str,
    clauses: Mapping[str, tuple[clause_rules.Value, str]],
    effective_from: date,
    reason: str,
) -> Proposal:
    """Return a new version of the fund's own level of rules: key → (value, article).

    Raises `Refused` naming the clause for an impossible value, or one looser than the levels above allow.
    """
    level = LEVELS.get(fund.kind)
    if level is None:
        raise Refused(_("慈善会本部的规则由慈善会定，不在这里表决。"))
    if effective_from < clock.today():
        raise Refused(_("规则不能倒着生效，请选今天或以后的日子。"), "effective_from")
    if not clauses:
        raise Refused(_("至少要定一条规则。"))
    checked = {
        key: (clause_rules.validate(key, value), clean_text(article, field=key, limit=60))
        for key, (value, article) in clauses.items()
    }
    found = loosenings(fund.host, level=level, division=fund.division_id, on=effective_from, clauses=checked)
    for key, sentence in found.items():
        raise Refused(sentence, key)
    now = effective_rules(fund)
    subject = {
        "level": int(level),
        "division": fund.division_id,
        "title": clean_text(title, field="title", limit=TITLE_LIMIT),
        "document": clean_text(document, field="document", limit=200),
        "effective_from": effective_from.isoformat(),
        "clauses": [
            {
                "key": key,
                "value": value,
                "article": article,
                "words": clause_rules.describe(key, value),
                "now": now[key].words,
            }
            for key, (value, article) in checked.items()
        ],
        "text": clean_text(reason, field="reason", limit=TEXT_LIMIT, lines=True),
    }
    return Proposal(
        Motion.Kind.RULE_CHANGE, _("改规则：%(title)s") % {"title": title}, subject, is_major=True
    )


def purpose_change(
    fund: Fund,
    *,
    restriction: Restriction | None,
    purpose: str,
    basis: str,
    reference: str,
    dated: date,
    reason: str,
) -> Proposal:
    """Return a change of the fund's purpose, or of a restriction's, with the consent or the filing that allows it."""
    if restriction is not None and restriction.fund_id != fund.pk:
        raise Refused(_("这项限定用途不属于本基金。"), "restriction")
    after, number = check_purpose_change(
        restriction=restriction, purpose=purpose, basis=basis, reference=reference, dated=dated
    )
    before = restriction.purpose if restriction else fund.purpose
    if after == before:
        raise Refused(_("新用途和现在的一样。"), "purpose")
    subject = {
        "restriction": restriction.code if restriction else "",
        "before": before,
        "after": after,
        "basis": basis,
        "basis_words": str(PurposeChange.Basis(basis).label),
        "reference": number,
        "dated": dated.isoformat(),
        "text": clean_text(reason, field="reason", limit=TEXT_LIMIT, lines=True),
    }
    title = _("改限定用途") if restriction else _("改基金用途")
    return Proposal(Motion.Kind.PURPOSE_CHANGE, title, subject, is_major=True)


def budget(fund: Fund, *, year: int, lines: Mapping[str, int], reason: str) -> Proposal:
    """Return the fund's plan for a year: fen by field."""
    this_year = clock.today().year
    if not this_year <= year <= this_year + YEARS_AHEAD:
        raise Refused(_("预算是今年或明年的。"), "year")
    kept = {name: amount for name, amount in lines.items() if amount}
    if not set(kept) <= set(Field.values):
        raise Refused(_("请选一个领域。"), "lines")
    if not kept or any(not 0 < amount <= money.MAX_FEN for amount in kept.values()):
        raise Refused(_("至少有一个领域要有金额，金额要大于 0。"), "lines")
    subject = {
        "year": year,
        "lines": [
            {"field": name, "words": str(Field(name).label), "amount": kept[name]}
            for name in Field.values
            if name in kept
        ],
        "total": sum(kept.values()),
        "text": clean_text(reason, field="reason", limit=TEXT_LIMIT, lines=True),
    }
    title = _("%(year)d 年预算") % {"year": year}
    return Proposal(Motion.Kind.BUDGET, title, subject)


def election(
    fund: Fund,
    *,
    nominations: Sequence[Nomination],
    from_day: date,
    until_day: date,
    reason: str,
    is_major: bool = False,
) -> Proposal:
    """Return an election: who is nominated for which office, for which term, in whose place.

    Who stands may vote on it unless the rules say otherwise (`nominee_recusal`).
    """
    if not nominations:
        raise Refused(_("请写至少一位候选人。"), "nominees")
    if len({one.user.pk for one in nominations}) != len(nominations) or len(
        {one.user.name for one in nominations}
    ) != len(nominations):
        raise Refused(_("同一位候选人写了两次，或者有两位同名；同名的请分两个议案。"), "nominees")
    for one in nominations:
        if one.office not in Seat.Office.values or one.kind not in Seat.Kind.values:
            raise Refused(_("请给每位候选人选职务和代表的方面。"), "nominees")
        if one.replaces is not None and one.replaces.committee.fund_id != fund.pk:
            raise Refused(_("要接替的席位不在这个管委会。"), "nominees")
    if until_day <= from_day or until_day < clock.today():
        raise Refused(_("任期的结束不能早于开始。"), "until_day")
    subject = {
        "from_day": from_day.isoformat(),
        "until_day": until_day.isoformat(),
        "nominees": [
            {
                "name": one.user.name,
                "office": one.office,
                "office_words": str(Seat.Office(one.office).label),
                "kind": one.kind,
                "kind_words": str(Seat.Kind(one.kind).label),
                "replaces": one.replaces.user.name if one.replaces else "",
            }
            for one in nominations
        ],
        "text": clean_text(reason, field="reason", limit=TEXT_LIMIT, lines=True),
    }
    names = _("、").join(one.user.name for one in nominations)
    title = _("选举：%(names)s") % {"names": names}
    return Proposal(Motion.Kind.ELECTION, title[:TITLE_LIMIT], subject, is_major, nominations)


def closing(fund: Fund, *, reason: str, surplus: str, receiver: Fund | None = None) -> Proposal:
    """Return the closing of the fund, with who receives what is left and why (慈善法第五十八条).

    A fund that has money names a `receiver`. What is left is frozen as it stood, in fen, and marked where the
    receiver's purpose is worded otherwise; `surplus` says why it is the same or similar.
    """
    if fund.kind == FundKind.GENERAL:
        raise Refused(_("慈善会本部的基金不能关闭。"))
    if fund.state == FundState.CLOSED:
        raise Refused(_("%(fund)s已经关闭。") % {"fund": fund.name})
    words = clean_text(reason, field="reason", limit=TEXT_LIMIT, lines=True)
    why = clean_text(surplus, field="surplus", limit=1000, lines=True)
    left = what_is_left(fund, receiver)
    if not words:
        raise Refused(_("请写为什么要关闭。"), "reason")
    if not why:
        raise Refused(_("请写剩下的钱怎么办：要用在相同或相近的用途上（慈善法第五十八条）。"), "surplus")
    if left and receiver is None:
        raise Refused(_("账上还有钱，请选由哪支基金接收。"), "receiver")
    if receiver is not None and (
        receiver.pk == fund.pk or receiver.host_id != fund.host_id or receiver.state != FundState.OPEN
    ):
        raise Refused(_("接收的要是同一家慈善会运行中的另一支基金。"), "receiver")
    rule = effective_rules(fund)["surplus_rule"]
    subject = {
        "text": words,
        "surplus": why,
        "receiver": receiver.code if receiver else "",
        "receiver_name": receiver.name if receiver else "",
        "receiver_purpose": receiver.purpose if receiver else "",
        "left": [
            {
                "restriction": one.restriction,
                "purpose": one.purpose,
                "amount": one.amount,
                "differs": one.differs,
            }
            for one in left
        ],
        "rule": rule.words,
        "rule_source": source_of(rule),
        "agreed": agreed_surplus(fund),
    }
    return Proposal(Motion.Kind.CLOSING, _("关闭%(fund)s") % {"fund": fund.name}, subject, is_major=True)
