"""What the menu of the workbench depends on, read in one query: every page of it asks this."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast

from apps.core.letterbox import letters_of
from apps.governance.models import Seat
from apps.governance.queries import in_force
from apps.users.models import User
from apps.users.queries import current_roles

ROLE, SEAT, LETTERS = "role", "seat", "letters"
OFFICERS = frozenset({Seat.Office.CHAIR, Seat.Office.SECRETARY})


@dataclass(frozen=True)
class Standing:
    """A person's kinds of roles, the funds on whose committee they sit, whether they run one, and unread letters."""

    kinds: frozenset[str]
    funds: tuple[str, ...]
    runs_a_fund: bool
    unread: int


def standing_of(user: User) -> Standing:
    """Return what a person's menu depends on. One query."""
    letters = letters_of(user.email).filter(read_at=None).order_by()
    counted = letters.values(what=_text(LETTERS)).annotate(
        code=Cast(Count("pk"), CharField(max_length=20)), more=_text("")
    )
    seats = Seat.objects.filter(in_force(), user=user).order_by()
    found: Any = _rows(current_roles(user).order_by(), ROLE, "kind").union(
        _rows(seats, SEAT, "committee__fund__code", "office"), counted.values_list("what", "code", "more")
    )
    told: dict[str, list[tuple[str, str]]] = {ROLE: [], SEAT: [], LETTERS: []}
    for what, code, more in found:
        told[what].append((code, more))
    return Standing(
        kinds=frozenset(code for code, _more in told[ROLE]),
        funds=tuple(sorted({code for code, _more in told[SEAT]})),
        runs_a_fund=any(office in OFFICERS for _code, office in told[SEAT]),
        unread=sum(int(code) for code, _more in told[LETTERS]),
    )


def _text(words: str) -> Cast:
    """A constant of the same type in every part, as PostgreSQL wants it."""
    return Cast(Value(words), CharField(max_length=20))


def _rows(found: QuerySet[Any], what: str, code: str, more: str = "") -> QuerySet[Any, Any]:
    named: QuerySet[Any] = found.annotate(
        what=_text(what),
        first=Cast(F(code), CharField(max_length=20)),
        second=Cast(F(more), CharField(max_length=20)) if more else _text(""),
    )
    return named.values_list("what", "first", "second")
