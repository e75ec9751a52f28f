"""Every read of refunds and disputes."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet, Sum

from apps.donations.models import Donation, Refund
from apps.donations.states import RefundKind, RefundState
from apps.funds.models import Fund, Host
from apps.funds.queries import effective_rules
from apps.ledger import queries as books
from apps.users.models import User

UNDER_WAY = (RefundState.WAITING, RefundState.ASKED)
LIMIT = "refund_second_fen"


def refund_limit(fund: Fund) -> int:
    """Return the fen above which a refund of the fund needs a second person, by the rulebooks."""
    limit = effective_rules(fund, keys=[LIMIT])[LIMIT].value
    if not isinstance(limit, int):
        raise TypeError(f"{LIMIT} is an amount, not {limit!r}")
    return limit


def refunds_under_way(donation: Donation) -> int:
    """Return the fen of a gift's refunds that are decided or wait for it, and not over yet."""
    rows = Refund.objects.filter(donation=donation, state__in=UNDER_WAY)
    return int(rows.aggregate(sum=Sum("amount", default=0))["sum"])


def refunds_of(hosts: Iterable[Host]) -> QuerySet[Refund]:
    """Return the refunds and disputes of these hosts' gifts, newest first."""
    rows = Refund.objects.filter(donation__host__in=list(hosts))
    return rows.select_related("donation__fund", "donation__host").order_by("-pk")


def refunds_to_see_to(hosts: Iterable[Host]) -> QuerySet[Refund]:
    """Return what of them wants somebody: waiting for a second person, failed, or paid by the host itself."""
    return refunds_of(hosts).filter(
        Q(state__in=[RefundState.WAITING, RefundState.FAILED], kind=RefundKind.REFUND)
        | Q(state=RefundState.DONE, short__gt=0)
    )


def refunds_to_release(hosts: Iterable[Host], user: User) -> QuerySet[Refund]:
    """Return the refunds of these hosts that wait for a second person who this user could be, the oldest first."""
    waiting = refunds_of(hosts).filter(state=RefundState.WAITING)
    return waiting.exclude(asked_by_id=user.pk).order_by("pk")


def advanced(host: Host) -> dict[tuple[str, str], int]:
    """Return what the host's own fund advanced for refunds and is owed still, by fund and restriction, in fen."""
    rows = books.by_book("receivables", host=host.code)
    return {book: -amount for book, amount in rows.items() if amount < 0}
