"""Reads about how funds change: former names, successors, predecessors, and applications for new ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.compiled import Compiled, Params
from apps.divisions.rules import code_range
from apps.funds.models import Fund, FundApplication, FundName, FundSuccession, Succession
from apps.funds.states import FundState, SuccessionKind
from apps.users.models import Role, User
from apps.users.queries import current_roles


@dataclass(frozen=True)
class Heir:
    """The book in which the money of an ended fund's book stands now."""

    fund: Fund
    restriction: str


def heir_of(fund: Fund, restriction: str) -> Heir:
    """Return the book that stands for a fund's book now: itself, unless the fund has ended.

    To book by it, hold the fund's lock or the month (`ledger.services.hold_months`) first: then no merger is under way.
    """
    found = Heir(fund, restriction)
    seen: set[int] = set()
    while found.fund.pk not in seen:
        seen.add(found.fund.pk)
        row = (
            FundSuccession.objects.filter(predecessor=found.fund, restriction=found.restriction, leads=True)
            .select_related("successor__host", "successor__division")
            .first()
        )
        if row is None:
            return found
        found = Heir(row.successor, row.into)
    return found


_closed: Compiled[int] = Compiled(
    lambda: Fund.objects.filter(pk__in=Params("keys", "bigint"), state=FundState.CLOSED).values_list(
        "pk", flat=True
    )
)


def ended(funds: Iterable[Fund]) -> set[int]:
    """Return the keys of those funds that are closed by now. One query."""
    return set(_closed(keys={fund.pk for fund in funds}))


def end_of(fund: Fund) -> Succession | None:
    """Return the act by which a fund ended; None while it has not."""
    return Succession.objects.filter(parts__predecessor=fund).order_by("pk").first()


def successors_of(fund: Fund) -> list[Fund]:
    """Return the funds that an ended fund's money went to, by code."""
    rows = Fund.objects.filter(inheritances__predecessor=fund).select_related("host", "division")
    return list(rows.distinct().order_by("code"))


def predecessors_of(fund: Fund) -> list[Fund]:
    """Return the funds that became part of a fund, theirs included, the latest first; not those whose surplus came."""
    found: dict[int, Fund] = {}
    newest = [fund]
    while newest:
        rows = (
            Fund.objects.filter(successions__successor__in=newest)
            .exclude(successions__succession__kind=SuccessionKind.CLOSING)
            .exclude(pk__in=found)
            .select_related("host", "division")
            .distinct()
            .order_by("-closed_on", "code")
        )
        newest = list(rows)
        found |= {row.pk: row for row in newest}
    return list(found.values())


def family(fund: Fund) -> list[int]:
    """Return the keys of a fund and of all it came from: what they drew under a cap counts as drawn by the fund."""
    return [fund.pk, *(row.pk for row in predecessors_of(fund))]


def families(funds: Iterable[Fund]) -> dict[int, list[int]]:
    """Return by fund's key the keys of those it came from; only funds that came from any. One query where none did."""
    shown = list(funds)
    heirs = FundSuccession.objects.filter(successor__in=shown).exclude(
        succession__kind=SuccessionKind.CLOSING
    )
    keys = set(heirs.values_list("successor_id", flat=True))
    return {fund.pk: family(fund)[1:] for fund in shown if fund.pk in keys}


def successions_of(fund: Fund) -> list[Succession]:
    """Return the acts a fund ended by or gained from, the newest first."""
    rows = Succession.objects.filter(Q(parts__predecessor=fund) | Q(parts__successor=fund))
    return list(rows.distinct().order_by("-made_at", "-pk"))


def former_names(fund: Fund) -> list[FundName]:
    """Return the names a fund had before, the latest first."""
    return list(FundName.objects.filter(fund=fund).order_by("-until", "-pk"))


def named(text: str) -> Q:
    """Return the condition of a fund's name, or one it had before, holding a text."""
    before = FundName.objects.filter(fund=OuterRef("pk"), name__contains=text)
    return Q(name__contains=text) | Q(Exists(before))


def applications_visible_to(user: User) -> QuerySet[FundApplication]:
    """Return the applications a person may read: their own, their host's, and those of their towns."""
    hosts = current_roles(user).filter(scope_kind=Role.Scope.HOST).values("scope_code")
    ways = Q(applied_by_id=user.pk) | Q(host__code__in=hosts)
    for role in current_roles(user).filter(kind=Role.Kind.TOWN_COORDINATOR, scope_kind=Role.Scope.DIVISION):
        low, high = code_range(role.scope_code)
        ways |= Q(division_id__gte=low, division_id__lt=high)
    return (
        FundApplication.objects.filter(ways)
        .select_related("host", "division", "fund")
        .order_by("-applied_at", "-pk")
    )
