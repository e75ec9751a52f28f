"""How the trace of a gift is told on its page: by project, with payments, photographs and satisfaction."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.donations.models import Donation
from apps.funds.models import Fund
from apps.grants.models import Payment
from apps.grants.queries.tracing import Story, Trace, stories, trace
from apps.ledger.rules import EntryKind


@dataclass(frozen=True)
class Used:
    """One payment that used some of the gift; `url` is its voucher."""

    words: str
    amount: int
    url: str


@dataclass(frozen=True)
class Part:
    """What one project (or another use) had of the gift."""

    title: str
    amount: int
    uses: tuple[Used, ...]
    story: Story | None = None


@dataclass(frozen=True)
class Left:
    """What is still there, in which fund."""

    fund: str
    url: str
    amount: int


@dataclass(frozen=True)
class Told:
    """A gift's trace in words: back + fee + parts + left are the gift."""

    trace: Trace
    parts: tuple[Part, ...]
    left: tuple[Left, ...]


def told(gift: Donation) -> Told | None:
    """Return where a booked gift went, in words; None for one that is not booked."""
    one = trace([gift]).get(gift.code)
    if one is None:
        return None
    known = stories([one])
    sources = [place.use.source for place in one.places if place.use is not None]
    payments = {
        row.code: row for row in Payment.objects.filter(code__in=sources).select_related("instalment")
    }
    funds = dict(
        Fund.objects.filter(code__in={place.pool[0] for place in one.places}).values_list("code", "name")
    )
    uses: dict[str, list[Used]] = {}
    for place in one.places:
        if place.use is None:
            continue
        project = place.use.project if place.use.project in known else ""
        words = _words(place.use.kind, payments.get(place.use.source))
        url = reverse("disclosure:entry", args=[place.pool[0], place.use.entry]) if place.use.entry else ""
        uses.setdefault(project, []).append(Used(words, place.amount, url))
    parts = [
        Part(
            known[code].project.title if code else _("其他支出"),
            sum(row.amount for row in rows),
            tuple(rows),
            known.get(code),
        )
        for code, rows in sorted(uses.items(), key=lambda pair: pair[0] == "")
    ]
    left = [
        Left(funds.get(place.pool[0], ""), reverse("disclosure:fund", args=[place.pool[0]]), place.amount)
        for place in one.places
        if place.use is None
    ]
    return Told(one, tuple(parts), tuple(left))


def _words(kind: str, payment: Payment | None) -> str:
    """Return what a use is called: an instalment with its day, or the kind of its entry."""
    if payment is not None and payment.paid_on is not None:
        return _("第 %(number)d 期 · %(day)s 付出") % {
            "number": payment.instalment.number,
            "day": payment.paid_on.isoformat(),
        }
    return str(EntryKind(kind).label) if kind else _("退款和拒付的手续费")
