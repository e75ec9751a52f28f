"""Whether a committee is composed as the rules ask, clause by clause, and whether it may therefore open a vote."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import clock
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.funds.rules import EffectiveRule
from apps.governance import rules
from apps.governance.models import Committee, Kinship, Seat
from apps.governance.queries.committees import seats_of, source_of, whole
from apps.governance.queries.vacancies import lapsed_seats

# Kin on one committee are named to the public; that alone stops no vote.
ADVISORY = frozenset({"kin_apart"})


@dataclass(frozen=True)
class ClauseVerdict:
    """One clause held against a committee: what it asks, what there is, and where it stands."""

    rule: EffectiveRule
    have: str
    ok: bool

    @property
    def sentence(self) -> str:
        """The fault with its clause."""
        return _("%(fault)s（依据：%(clause)s）。") % {"fault": self.have, "clause": source_of(self.rule)}


@dataclass(frozen=True)
class Composition:
    """A committee's composition clause by clause."""

    lines: tuple[ClauseVerdict, ...]
    refuses: bool

    @property
    def faults(self) -> list[str]:
        """A sentence, with its clause, for each rule that is not met."""
        return [line.sentence for line in self.lines if not line.ok]

    @property
    def stops(self) -> list[str]:
        """The faults that by rule keep a vote from opening; none where the rule is to flag them."""
        if not self.refuses:
            return []
        return [line.sentence for line in self.lines if not line.ok and line.rule.key not in ADVISORY]


def composition_of(fund: Fund, effective: Mapping[str, EffectiveRule] | None = None) -> Composition:
    """Return the verdict on the committee of this moment."""
    seats = list(seats_of(fund))
    committee = Committee.objects.filter(fund=fund).first()
    lapsed = lapsed_seats(committee).count() if committee else 0
    return judge(
        places(seats),
        size=committee.size if committee else 0,
        effective=effective or effective_rules(fund),
        lapsed=lapsed,
    )


def judge(
    held: Sequence[rules.Place], *, size: int, effective: Mapping[str, EffectiveRule], lapsed: int = 0
) -> Composition:
    """Return the verdict on places, those of today or those of a list that is still being written."""
    found = rules.findings(held, size=size, limits=_limits(effective), lapsed=lapsed)
    lines = tuple(ClauseVerdict(effective[one.key], _have(one, held), one.ok) for one in found)
    return Composition(lines, refuses=effective["composition_action"].value == "refuse")


def composition(fund: Fund) -> list[str]:
    """Return what is wrong with a fund's committee today, as sentences."""
    return composition_of(fund).faults


def places(seats: Iterable[Seat]) -> list[rules.Place]:
    """Return seats as plain places, with who of their holders is kin of whom."""
    seats = list(seats)
    kin = kin_among([seat.user_id for seat in seats])
    return [
        rules.Place(seat.user_id, seat.office, seat.kind, seat.is_paid, frozenset(kin[seat.user_id]))
        for seat in seats
    ]


def kin_among(users: Collection[int], on: date | None = None) -> Mapping[int, set[int]]:
    """Return for each of these people (user ids) who of them is their declared close kin on a day."""
    day = on or clock.today()
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = Kinship.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day), declared_on__lte=day, user__in=users, other__in=users
    )
    for one, other in rows.values_list("user_id", "other_id"):
        found[one].add(other)
        found[other].add(one)
    return found


def _limits(effective: Mapping[str, EffectiveRule]) -> rules.Limits:
    return rules.Limits(
        min_size=whole(effective["committee_min_size"]),
        odd=bool(effective["committee_odd"].value),
        supervisor_min=whole(effective["supervisor_min"]),
        unpaid=bool(effective["committee_unpaid"].value),
        kin_apart=bool(effective["kin_apart"].value),
        kinds={
            kind: (whole(effective[f"seats_{kind}_min"]), whole(effective[f"seats_{kind}_max"]))
            for kind in Seat.Kind.values
        },
    )


def _have(finding: rules.Finding, held: Sequence[rules.Place]) -> str:
    """Say what there is beside what the clause asks."""
    facts = {"asked": finding.asked, "have": finding.have}
    if finding.kind:
        facts["kind"] = str(Seat.Kind(finding.kind).label)  # type: ignore[assignment]
        if finding.key.endswith("_min"):
            return _("%(kind)s的委员至少 %(asked)d 位，现在是 %(have)d 位") % facts
        return _("%(kind)s的委员至多 %(asked)d 位，现在是 %(have)d 位") % facts
    match finding.key:
        case "committee_min_size":
            return _("管委会要有至少 %(asked)d 位有表决权的成员，现在是 %(have)d 位") % facts
        case "committee_odd":
            return _("有表决权的席位要是单数，现在设 %(have)d 席") % facts
        case "supervisor_min":
            return _("要有至少 %(asked)d 位监督员，现在是 %(have)d 位") % facts
        case "committee_unpaid":
            return _("委员不领报酬，现在有 %(have)d 位领") % facts
        case "kin_apart":
            return _("委员之间不是近亲属，现在有 %(have)d 位有近亲属同在") % facts
    return _("%(have)d 个席位任期已满，还没有换届") % facts
