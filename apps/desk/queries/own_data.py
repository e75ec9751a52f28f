"""Everything that is known of a donor, as they may ask for it (PIPL 45): JSON with all of it, and sheets to read."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.sheets import Cell, csv_lines
from apps.donations.models import Donation, Donor, FundThanks, InKindGift
from apps.donations.queries import consents_of, donors_of, gifts_of, invitations_of, things_of_giver
from apps.donations.resources import DonationResource
from apps.donations.rules import Giver

SEALED = "_sealed"
# Keys that only join our rows, and hashes of what stands beside them in the open.
LEFT_OUT = {"id", "form_token", "contact_index", "name_index", "user_id", "entered_by_id"}
# What is not the donor's own: the bank account of whoever gets what they handed over.
ANOTHERS = {"account_sealed"}
# Told as rows of their own; whatever points at one of them hangs on it.
HEADS = (Donor, Donation, InKindGift)


def packed(giver: Giver) -> bytes:
    """Return a ZIP: `my-data.json` (every row about the donor), `gifts.csv`, `consents.csv`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(everything(giver), ensure_ascii=False, indent=2)
        archive.writestr("my-data.json", text)
        archive.writestr("gifts.csv", b"".join(csv_lines(_gift_rows(giver))))
        archive.writestr("consents.csv", b"".join(csv_lines(_consent_rows(giver))))
    return file.getvalue()


def everything(giver: Giver) -> dict[str, Any]:
    """Return all rows about the donor as plain values: their own rows, their gifts, what they were asked, and whatever
    hangs on any of it."""
    return {
        "as_of": clock.now().isoformat(),
        "donors": [_plain(row) | _hanging(row) for row in donors_of(giver)],
        "gifts": [_plain(row) | _hanging(row) | _thanks(row) for row in gifts_of(giver)],
        "things": [_plain(row) | _hanging(row) for row in things_of_giver(giver)],
        "invitations": [_plain(row) for row in invitations_of(giver)],
    }


def tables() -> set[type[Model]]:
    """Return every table of which an export may tell rows."""
    found, left = {*HEADS, FundThanks}, list[type[Model]](HEADS)
    while left:
        new = [relation.related_model for relation in _relations(left.pop())]
        left += [model for model in new if model not in found]
        found.update(new)
    return found


def _relations(model: type[Model]) -> list[Any]:
    """Return how tables point at this one, so that a new kind of row is never forgotten."""
    return [
        relation for relation in model._meta.related_objects if relation.related_model not in (*HEADS, model)
    ]


def _hanging(row: Model) -> dict[str, Any]:
    """Return the rows of every table that points at this row, each with what hangs on it in turn."""
    found: dict[str, Any] = {}
    for relation in _relations(type(row)):
        rows = relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).order_by("pk")
        if values := [_plain(one) | _hanging(one) for one in rows]:
            found[relation.related_model._meta.model_name or ""] = values
    return found


def _thanks(gift: Donation) -> dict[str, Any]:
    """Return what the fund's committee said for a gift."""
    return {"thanks": gift.thanks.words} if gift.thanks else {}


def _plain(row: Model) -> dict[str, Any]:
    """Return a row's fields with sealed ones opened."""
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in LEFT_OUT | ANOTHERS or field.primary_key:
            continue
        if field.name.endswith(SEALED):
            name = field.name.removesuffix(SEALED)
            found[name] = getattr(row, name)
        else:
            found[field.name] = _value(row, field)
    return found


def _value(row: Model, field: "Field[Any, Any]") -> Any:
    if isinstance(field, ForeignKey):
        target = getattr(row, field.name)
        return getattr(target, "code", None)
    value = getattr(row, field.attname)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _gift_rows(giver: Giver) -> Iterator[list[Cell | None]]:
    resource = DonationResource()
    yield list(resource.get_export_headers())
    for gift in gifts_of(giver):
        yield [*resource.export_resource(gift)]


def _consent_rows(giver: Giver) -> Iterable[list[Cell | None]]:
    yield [_("同意什么"), _("哪笔捐款"), _("当时的话"), _("同意时间"), _("撤回时间")]
    for row in consents_of(giver):
        taken = row.withdrawn_at
        yield [
            row.get_purpose_display(),
            row.donation_code,
            row.text,
            _moment(row.given_at),
            _moment(taken) if taken else "",
        ]


def _moment(at: datetime) -> str:
    return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
