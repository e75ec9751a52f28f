"""Who sits on a committee, who may not decide about whom, and whether the committee may decide at all."""

from collections.abc import Collection, Mapping
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import clock
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.funds.rules import EffectiveRule
from apps.governance import rules
from apps.governance.models import VOTING_OFFICES, Committee, Seat, Tie
from apps.users import queries as users
from apps.users.models import Role, User

Person = User | AnonymousUser | None


def in_force(on: date | None = None) -> Q:
    """Return the condition of a seat being held on a Shanghai day (now by default); both ends of the term count."""
    now = clock.now()
    day = on or clock.day_of(now)
    moment = now if day == clock.day_of(now) else clock.midnight(day)
    return Q(from_day__lte=day, until_day__gte=day) & (Q(ended_at=None) | Q(ended_at__gt=moment))


def seats_of(fund: Fund, on: date | None = None) -> QuerySet[Seat]:
    """Return the seats held on a fund's committee, the chair first, then by office and name."""
    return (
        Seat.objects.filter(in_force(on), committee__fund=fund)
        .select_related("user", "committee")
        .order_by("office", "user__name", "pk")
    )


def voting_seats(fund: Fund, on: date | None = None) -> QuerySet[Seat]:
    """Return the seats with a vote on a fund's committee on a day."""
    return seats_of(fund, on).filter(office__in=VOTING_OFFICES)


def seat_of(user: Person, fund: Fund, on: date | None = None) -> Seat | None:
    """Return the seat a person holds on a fund's committee, if any."""
    if not isinstance(user, User) or not user.is_active:
        return None
    return seats_of(fund, on).filter(user=user).first()


def committees_of(user: Person) -> QuerySet[Committee]:
    """Return the committees on which a person holds a seat now."""
    if not isinstance(user, User) or not user.is_active:
        return Committee.objects.none()
    held = Seat.objects.filter(in_force(), user=user).values("committee_id")
    return Committee.objects.filter(pk__in=held).select_related("fund").order_by("fund__name")


def ties_of(user: User) -> QuerySet[Tie]:
    """Return the ties a person declared, the newest first."""
    return Tie.objects.filter(user=user).order_by("-declared_on", "-pk")


def tied_users(organisation_code: str, candidates: Collection[int], on: date | None = None) -> set[int]:
    """Return which of the candidates (user ids) may not decide about an organisation on a day.

    They declared a tie to it (kin, employer, officer), or they act for it as its implementer (慈善法第十四条).
    """
    if not organisation_code:
        return set()
    day = on or clock.today()
    ties = Tie.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day),
        organisation_code=organisation_code,
        user_id__in=candidates,
        declared_on__lte=day,
    )
    acting = users.with_role(Role.Kind.IMPLEMENTER, organisation=organisation_code)
    return set(ties.values_list("user_id", flat=True)) | set(
        acting.filter(user_id__in=candidates).values_list("user_id", flat=True)
    )


def composition(fund: Fund) -> list[str]:
    """Return what is wrong with a fund's committee today, as sentences; empty when it may open a vote."""
    return composition_faults(fund, effective_rules(fund))


def composition_faults(fund: Fund, effective: Mapping[str, EffectiveRule]) -> list[str]:
    """Return a sentence, with its clause, for each rule that the committee of this moment breaks."""
    seats = list(seats_of(fund))
    voting = sum(seat.votes for seat in seats)
    supervisors = sum(seat.office == Seat.Office.SUPERVISOR for seat in seats)
    min_size, supervisor_min = whole(effective["committee_min_size"]), whole(effective["supervisor_min"])
    sentences = {
        "committee_min_size": _("管委会要有至少 %(needed)d 位有表决权的成员，现在是 %(have)d 位")
        % {"needed": min_size, "have": voting},
        "committee_odd": _("有表决权的成员要是单数，现在是 %(have)d 位") % {"have": voting},
        "supervisor_min": _("要有至少 %(needed)d 位监督员，现在是 %(have)d 位")
        % {"needed": supervisor_min, "have": supervisors},
    }
    faults = rules.composition_faults(
        voting=voting,
        supervisors=supervisors,
        min_size=min_size,
        odd=bool(effective["committee_odd"].value),
        supervisor_min=supervisor_min,
    )
    return [
        _("%(fault)s（依据：%(clause)s）。") % {"fault": sentences[key], "clause": source_of(effective[key])}
        for key in faults
    ]


def whole(rule: EffectiveRule) -> int:
    """Return a clause's value as the whole number it is (fen, days, persons, years)."""
    if not isinstance(rule.value, int):
        raise TypeError(f"the clause {rule.key} is not a whole number")
    return rule.value


def source_of(rule: EffectiveRule) -> str:
    """Return where a clause stands, in words: the rulebook and its article, or the source of the default."""
    return " ".join(part for part in (rule.title or rule.document, rule.article) if part)
