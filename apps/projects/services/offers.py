"""Writing a call's list of services, and the offer of an application; parts of the verbs that fill either."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.projects import queries, rules
from apps.projects.models import BudgetLine, Call, Item, Offer, Project

# Quantity and fen for one unit, by the number of the item; no price where the list fixes it.
Offers = Mapping[int, tuple[int, int | None]]


def write_items(call: Call, items: Sequence[rules.Item]) -> None:
    """Write the list of a draft call. Raises `Refused` naming `items`."""
    if items and call.kind != Call.Kind.PURCHASE:
        raise Refused(_("只有购买服务的征集才列服务清单。"), "items")
    wanted = [
        replace(one, service=_named(one.service, limit=50), unit=_named(one.unit, limit=10)) for one in items
    ]
    rules.check_items(wanted)
    Item.objects.bulk_create(
        Item(
            call=call,
            number=one.number,
            service=one.service,
            unit=one.unit,
            quantity=one.quantity,
            price=one.price,
            is_fixed=one.is_fixed,
        )
        for one in wanted
    )


def _named(text: str, *, limit: int) -> str:
    words = clean_text(text, field="items", limit=limit)
    if not words:
        raise Refused(_("清单的每一项都要写服务和单位。"), "items")
    return words


def offered(call: Call | None, offers: Offers) -> list[rules.OfferLine]:
    """Return what is offered to a call's list, checked; nothing for a call without one. Raises `Refused`."""
    return rules.read_offers(queries.items_of(call), offers)


def check_stands(project: Project, lines: Sequence[rules.OfferLine]) -> None:
    """Raise `Refused` when an application that was given back after the close comes with another offer: the others'
    were open by then. One that is not written yet had none."""
    if project.pk is None or project.call is None or clock.now() < project.call.closes_at:
        return
    before = project.offers.values_list("item__number", "quantity", "price")
    after = {(line.item.number, line.quantity, line.price) for line in lines}
    if set(before) != after:
        raise Refused(_("申请已经截止，报价不能再改；别的可以改。"), "offers")


def as_budget(lines: Sequence[rules.OfferLine]) -> list[rules.BudgetItem]:
    """Return an offer as the lines of its budget: each service bought is one."""
    return [rules.BudgetItem(BudgetLine.CostType.SERVICES, line.words, line.total) for line in lines]


def write_offers(project: Project, lines: Sequence[rules.OfferLine]) -> None:
    """Write the offer of a draft in place of the old one."""
    rows = {} if project.call is None else {row.number: row for row in project.call.items.all()}
    project.offers.all().delete()
    Offer.objects.bulk_create(
        Offer(project=project, item=rows[line.item.number], quantity=line.quantity, price=line.price)
        for line in lines
    )
