"""Reads of service lists and what is offered."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.projects import rules
from apps.projects.models import Call, Item, Offer, Project


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
