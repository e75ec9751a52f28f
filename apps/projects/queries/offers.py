"""Reads of service lists and what is offered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from apps.core import clock
from apps.projects import rules
from apps.projects.models import Call, Item, Offer, Project
from apps.projects.states import DRAFT, SUBMITTED


@dataclass(frozen=True)
class Offered:
    """One application's offer for an item; `is_lowest` where nobody asks less and somebody asks more."""

    project: Project
    offer: Offer
    is_lowest: bool

    @property
    def total(self) -> int:
        """What the line comes to, in fen."""
        return self.offer.quantity * self.offer.price


@dataclass(frozen=True)
class ItemOffers:
    """An item of a list with everything offered for it, the lowest price first."""

    item: Item
    rows: list[Offered]


def items_of(call: Call | None) -> list[rules.Item]:
    """Return a call's list, in its order."""
    if call is None or call.kind != Call.Kind.PURCHASE:
        return []
    return [
        rules.Item(row.number, row.service, row.unit, row.quantity, row.price, row.is_fixed)
        for row in call.items.order_by("number")
    ]


def sealed() -> Q:
    """Return the condition of an application with an offer from a list that nobody but its own people may see yet:
    offers are opened together, when the call has closed. The house's own rule; no law asks it of a charity's call."""
    listed = Exists(Item.objects.filter(call=OuterRef("call")))
    return Q(
        listed, call__kind=Call.Kind.PURCHASE, call__closes_at__gt=clock.now(), state__in=(DRAFT, SUBMITTED)
    )


def is_sealed(project: Project) -> bool:
    """Tell whether an application's offer is not opened yet."""
    call = project.call
    return call is not None and project.state in (DRAFT, SUBMITTED) and is_closed_to_eyes(call)


def is_closed_to_eyes(call: Call) -> bool:
    """Tell whether the offers a call takes are not opened yet."""
    return call.kind == Call.Kind.PURCHASE and clock.now() < call.closes_at and call.items.exists()


def offers_beside(call: Call, projects: Sequence[Project]) -> list[ItemOffers]:
    """Return the offers of some applications beside each other, item by item."""
    named = {project.pk: project for project in projects}
    found: dict[int, list[Offer]] = {}
    for offer in Offer.objects.filter(item__call=call, project__in=projects).order_by("price", "pk"):
        found.setdefault(offer.item_id, []).append(offer)
    return [ItemOffers(item, _rows(found.get(item.pk, []), named)) for item in call.items.order_by("number")]


def _rows(offers: Sequence[Offer], named: dict[int, Project]) -> list[Offered]:
    prices = [offer.price for offer in offers]
    differ = len(set(prices)) > 1
    return [
        Offered(named[offer.project_id], offer, differ and offer.price == min(prices)) for offer in offers
    ]
