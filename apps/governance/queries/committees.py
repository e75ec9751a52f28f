"""Who sits on a committee, and who may not decide about whom."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from apps.core import clock
from apps.core.compiled import Compiled, Param, Params
from apps.funds.models import Fund
from apps.funds.rules import EffectiveRule
from apps.governance.models import VOTING_OFFICES, Committee, Motion, Seat, Tie
from apps.governance.states import ABOUT_GRANTS
from apps.users import queries as users
from apps.users.models import User

Person = User | AnonymousUser | None


def in_force(on: date | None = None) -> Q:
    """Return the condition of a seat being held on a Shanghai day (now by default); both ends of the term count."""
    return held(*_moment_of(on))


def _moment_of(on: date | None) -> tuple[date, datetime]:
    """Return a day and a moment of it: now, or how another day begins."""
    now = clock.now()
    day = on or clock.day_of(now)
    return day, now if day == clock.day_of(now) else clock.midnight(day)


def held(day: date | Param, moment: datetime | Param) -> Q:
    """Return the condition of a seat being held on a day, at a moment of it."""
    begun = Q(began_at=None) | Q(began_at__lte=moment)
    return Q(from_day__lte=day, until_day__gte=day) & begun & (Q(ended_at=None) | Q(ended_at__gt=moment))


def seats_of(fund: Fund, on: date | None = None) -> QuerySet[Seat]:
    """Return the seats held on a fund's committee, the chair first, then by office and name."""
    return _seats().filter(in_force(on), committee__fund=fund)


class Sitting(NamedTuple):
    """Who holds a seat, for whom, as public pages say it."""

    office: str
    kind: str
    name: str

    @property
    def votes(self) -> bool:
        """Whether the seat has a vote."""
        return self.office in VOTING_OFFICES


def sittings(fund: Fund) -> list[Sitting]:
    """Return the seats of `seats_of` at this moment, for a page that many look at. One query."""
    now = clock.now()
    return [Sitting(*row) for row in _sittings(fund=fund.pk, day=clock.day_of(now), moment=now)]


def _seats() -> QuerySet[Seat]:
    return Seat.objects.select_related("user", "committee").order_by("office", "user__name", "pk")


_sittings = Compiled(
    lambda: (
        Seat.objects.filter(held(Param("day"), Param("moment")), committee__fund=Param("fund"))
        .order_by("office", "user__name", "pk")
        .values_list("office", "kind", "user__name")
    )
)

_seat_of = Compiled(
    lambda: _seats().filter(
        held(Param("day"), Param("moment")), committee__fund=Param("fund"), user=Param("user")
    )[:1]
)


def voting_seats(fund: Fund, on: date | None = None) -> QuerySet[Seat]:
    """Return the seats with a vote on a fund's committee on a day."""
    return seats_of(fund, on).filter(office__in=VOTING_OFFICES)


def seat_of(user: Person, fund: Fund, on: date | None = None) -> Seat | None:
    """Return the seat a person holds on a fund's committee, if any."""
    if not isinstance(user, User) or not user.is_active:
        return None
    day, moment = _moment_of(on)
    return _seat_of.first(fund=fund.pk, user=user.pk, day=day, moment=moment)


_held = Compiled(
    lambda: Seat.objects.filter(held(Param("day"), Param("moment")), pk=Param("seat")).order_by()
)


def is_held(seat: Seat) -> bool:
    """Tell whether a seat is held at this moment, by what stands about it now."""
    now = clock.now()
    return _held.first(seat=seat.pk, day=clock.day_of(now), moment=now) is not None


def committees_of(user: Person) -> QuerySet[Committee]:
    """Return the committees on which a person holds a seat now."""
    if not isinstance(user, User) or not user.is_active:
        return Committee.objects.none()
    held = Seat.objects.filter(in_force(), user=user).values("committee_id")
    return Committee.objects.filter(pk__in=held).select_related("fund").order_by("fund__name")


def holds_a_seat(user: User) -> bool:
    """Tell whether a person sits on any committee today (`settings.NEED_RECORDERS`)."""
    return Seat.objects.filter(in_force(), user=user).exists()


def ties_of(user: User) -> QuerySet[Tie]:
    """Return the ties a person declared, the newest first."""
    return Tie.objects.filter(user=user).order_by("-declared_on", "-pk")


def _tied(**to: Param) -> QuerySet[Tie, int]:
    running = Q(ended_on=None) | Q(ended_on__gt=Param("day"))
    ties = Tie.objects.filter(
        running, declared_on__lte=Param("day"), user__in=Params("users", "bigint"), **to
    )
    return ties.values_list("user_id", flat=True)


# Asked several times for each ballot.
_tied_to_organisation = Compiled(lambda: _tied(organisation_code=Param("organisation")))
_tied_to_purpose = Compiled(lambda: _tied(restriction=Param("purpose")))


def tied_users(organisation_code: str, candidates: Collection[int], on: date | None = None) -> set[int]:
    """Return which of the candidates (user ids) may not decide about an organisation on a day.

    They declared a tie to it (kin, employer, officer), or they act for it as its implementer (慈善法第十四条).
    """
    if not organisation_code:
        return set()
    tied = _tied_to_organisation(organisation=organisation_code, users=candidates, day=on or clock.today())
    return {*tied, *users.acting_for(organisation_code, candidates)}


def donors_among(restriction: str, candidates: Collection[int], on: date | None = None) -> set[int]:
    """Return which of the candidates (user ids) gave to a restricted purpose: they do not decide how it is spent."""
    if not restriction:
        return set()
    return set(_tied_to_purpose(purpose=restriction, users=candidates, day=on or clock.today()))


def tied_to(motion: Motion, candidates: Collection[int]) -> set[int]:
    """Return which of the candidates (user ids) have a tie to what a motion is about.

    Who wrote the application has one, also when they act for the applicant no more.
    Who stands for election, and who proposed that money is granted, have one where the rules say so
    (`nominee_recusal`, `proposer_recusal`); by default they may vote: the law asks those with an interest to step
    aside (Charity Law, article 14), and to propose is none.
    """
    organisation = str(motion.facts.get("organisation_code", ""))
    found = tied_users(organisation, candidates) | donors_among(motion.restriction, candidates)
    found |= {user for user in candidates if user == motion.applicant_id}
    if motion.kind in ABOUT_GRANTS and _recuses(motion, "proposer_recusal"):
        found |= {user for user in candidates if user == motion.tabled_by_id}
    if motion.kind == Motion.Kind.ELECTION and _recuses(motion, "nominee_recusal"):
        found |= set(motion.nominees.filter(user_id__in=candidates).values_list("user_id", flat=True))
    return found


def _recuses(motion: Motion, key: str) -> bool:
    return bool(motion.rules.get(key, {}).get("value") == "recused")


def whole(rule: EffectiveRule) -> int:
    """Return a clause's value as the whole number it is (fen, days, persons, years)."""
    if not isinstance(rule.value, int):
        raise TypeError(f"the clause {rule.key} is not a whole number")
    return rule.value


def source_of(rule: EffectiveRule) -> str:
    """Return where a clause stands, in words: the rulebook and its article, or the source of the default."""
    return " ".join(part for part in (rule.title or rule.document, rule.article) if part)
