"""Reads about hosts, funds, their rules and what they can still promise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet, Sum, prefetch_related_objects
from django.utils.translation import gettext as _

from apps.core import clock
from apps.divisions.rules import code_range, covers, lineage
from apps.funds import rules
from apps.funds.models import Clause, Fund, Host, Reservation, Restriction, Rulebook
from apps.funds.rules import CLAUSES, EffectiveRule, Setting
from apps.funds.states import FundKind, FundState, RuleLevel
from apps.ledger import queries as ledger
from apps.users.models import Role, User
from apps.users.queries import current_roles

STAFF_ROLES = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, Role.Kind.TOWN_COORDINATOR, Role.Kind.AUDITOR)


def in_scope(user: User | AnonymousUser) -> QuerySet[Fund]:
    """Return the funds a person works for as staff: of their hosts, under their divisions, or named in a role."""
    scopes = Q(pk__in=[])
    for role in current_roles(user).filter(kind__in=STAFF_ROLES):
        match role.scope_kind:
            case Role.Scope.HOST:
                scopes |= Q(host__code=role.scope_code)
            case Role.Scope.DIVISION:
                low, high = code_range(role.scope_code)
                scopes |= Q(division_id__gte=low, division_id__lt=high)
            case Role.Scope.FUND:
                scopes |= Q(code=role.scope_code)
    return Fund.objects.filter(scopes).select_related("host", "division").order_by("division_id", "code")


def hosts_in_scope(user: User | AnonymousUser) -> QuerySet[Host]:
    """Return the hosts a person works for, themselves or through a fund or a town in the host's area."""
    named = current_roles(user).filter(kind__in=STAFF_ROLES, scope_kind=Role.Scope.HOST)
    towns = current_roles(user).filter(kind__in=STAFF_ROLES, scope_kind=Role.Scope.DIVISION)
    above = [code for town in towns for code in lineage(town.scope_code)]
    return (
        Host.objects.filter(
            Q(code__in=named.values("scope_code"))
            | Q(division_id__in=above)
            | Q(pk__in=in_scope(user).order_by().values("host_id"))
        )
        .select_related("division")
        .order_by("code")
    )


def under(division: str) -> QuerySet[Fund]:
    """Return the funds of a division and of everything under it; the empty code is the nation."""
    found = Fund.objects.select_related("host", "division").order_by("division_id", "code")
    if not division:
        return found
    low, high = code_range(division)
    return found.filter(division_id__gte=low, division_id__lt=high)


def contains(host: Host, division: str) -> bool:
    """Whether a division lies in the host's area: under its division and not under an excluded one. One query."""
    if not covers(host.division_id, division):
        return False
    return not host.excluded.filter(code__in=lineage(division)).exists()


def host_for(division: str) -> Host | None:
    """Return the host whose area holds the division; of nested areas the narrowest. Two queries."""
    above = lineage(division)
    candidates = Host.objects.filter(division_id__in=above).prefetch_related("excluded")
    for host in sorted(candidates, key=lambda host: (-len(host.division_id), host.code)):
        if not any(excluded.code in above for excluded in host.excluded.all()):
            return host
    return None


def host_of(fund: str) -> Host:
    """Return the host that holds a fund's money, by the fund's code. Raises Host.DoesNotExist."""
    return Host.objects.get(funds__code=fund)


def general_fund(host: Host) -> Fund:
    """Return the host's own fund. Raises Fund.DoesNotExist while it has none."""
    return Fund.objects.select_related("host", "division").get(host=host, kind=FundKind.GENERAL)


def general_restriction(fund: Fund) -> Restriction:
    """Return the restriction of gifts to the fund's own purposes."""
    return Restriction.objects.get(fund=fund, is_general=True)


def takes_gifts(fund: Fund) -> bool:
    """Whether a new gift may begin: only while the fund is open."""
    return fund.state == FundState.OPEN


def promised(fund: Fund) -> dict[str, int]:
    """Return open reservations by restriction, in fen."""
    rows = (
        Reservation.objects.filter(fund=fund, remaining__gt=0)
        .values("restriction")
        .annotate(open=Sum("remaining"))
    )
    return {row["restriction"]: row["open"] for row in rows}


def available(fund: Fund) -> dict[str, int]:
    """Return by restriction what can still be promised, in fen: spendable money less open reservations.

    To decide on it, hold the fund's lock (`services.lock_fund`) first.
    """
    figures = dict(ledger.spendable(fund.code, host=fund.host.code))
    for restriction, amount in promised(fund).items():
        figures[restriction] = figures.get(restriction, 0) - amount
    return figures


# --- rules ---------------------------------------------------------------------------------------------------------


def books_in_force(host: int, on: date, *, divisions: Iterable[str] | None = None) -> list[Rulebook]:
    """Return the rulebooks that hold on a day, one per level and division, upper levels first, with their clauses.

    `host` is the host's primary key. A version replaces the whole version before it from its first day. Two queries.
    """
    books = Rulebook.objects.filter(host_id=host, effective_from__lte=on)
    if divisions is not None:
        books = books.filter(division_id__in=list(divisions))
    latest = {(book.level, book.division_id): book for book in books.order_by("effective_from", "version")}
    found = sorted(latest.values(), key=lambda book: (book.level, book.division_id))
    prefetch_related_objects(found, Prefetch("clauses", Clause.objects.order_by("pk")))
    return found


def settings_of(books: Iterable[Rulebook]) -> dict[str, list[Setting]]:
    """Return the books' clauses by key, as the rules combine them."""
    found: dict[str, list[Setting]] = defaultdict(list)
    for book in books:
        for row in book.clauses.all():
            if row.key in CLAUSES:
                found[row.key].append(
                    Setting(
                        book.level, row.value, book.version, book.title, book.document, row.article, book.pk
                    )
                )
    return found


def combined(books: Iterable[Rulebook]) -> dict[str, EffectiveRule]:
    """Return every clause of the catalogue as the given books make it."""
    found = settings_of(books)
    return {key: rules.effective(key, found.get(key, ())) for key in CLAUSES}


def effective_rules(fund: Fund, on: date | None = None) -> dict[str, EffectiveRule]:
    """Return every clause as it holds for a fund on a day (today by default). Two queries."""
    books = books_in_force(fund.host_id, on or clock.today(), divisions=lineage(fund.division_id))
    return combined(books)


def versions(host: Host, level: int, division: str) -> list[Rulebook]:
    """Return one level's rulebook in all its versions, newest first, with their clauses."""
    return list(
        Rulebook.objects.filter(host=host, level=level, division_id=division)
        .select_related("division")
        .prefetch_related("clauses")
        .order_by("-version")
    )


def upper_rules(host: Host, *, level: int, division: str, on: date) -> dict[str, EffectiveRule]:
    """Return what the levels above leave to a level in a division on a day; nothing binds the host's own level."""
    if level == RuleLevel.HOST:
        return {}
    books = books_in_force(host.pk, on, divisions=lineage(division))
    return combined(book for book in books if book.level < level)


def loosenings(
    host: Host, *, level: int, division: str, on: date, clauses: Mapping[str, tuple[rules.Value, str]]
) -> dict[str, str]:
    """Return, by key, the sentence why a clause (valid value) is looser than the levels above allow on a day."""
    upper = upper_rules(host, level=level, division=division, on=on)
    found = {}
    for key, (value, _article) in clauses.items():
        rule = upper.get(key)
        if rule is None or rules.is_tighter_or_equal(key, value, rule.value):
            continue
        facts = {"own": rules.describe(key, value), "upper": rule.words, "label": rule.label}
        if rule.default:
            found[key] = (
                _("“%(label)s”写的是“%(own)s”，比默认值“%(upper)s”松；要放宽，得先由慈善会定。") % facts
            )
        else:
            found[key] = _(
                "“%(label)s”写的是“%(own)s”，比%(level)s《%(title)s》%(article)s的“%(upper)s”松。下级只能更严。"
            ) % {**facts, "level": RuleLevel(rule.level).label, "title": rule.title, "article": rule.article}
    return found
