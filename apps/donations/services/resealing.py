"""Turning the keys of personal fields: everything sealed anew with the newest key, and found by the newest hash.

Small transactions, safe to stop and to repeat: a field that the newest key opens already is left alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model

from apps.core.sealing import blind_index, is_current, seal, unseal
from apps.donations.models import (
    Custody,
    Donation,
    DonationAgreement,
    Donor,
    FiscalReceipt,
    HandOver,
    SignInCode,
)
from apps.donations.rules import normal_contact

CHUNK = 200


@dataclass(frozen=True, slots=True)
class SealedField:
    """Where personal text lies sealed: the column, and the context its row's code (or token) is bound into."""

    model: type[Model]
    column: str
    context: str
    key: str = "code"


FIELDS = (
    SealedField(Donor, "name_sealed", "donor:{}:name"),
    SealedField(Donor, "contact_sealed", "donor:{}:contact"),
    SealedField(Donation, "dedication_sealed", "gift:{}:dedication"),
    SealedField(DonationAgreement, "party_sealed", "agreement:{}:party"),
    SealedField(Custody, "receiver_sealed", "custody:{}:receiver"),
    SealedField(HandOver, "account_sealed", "hand-over:{}:account"),
    SealedField(FiscalReceipt, "payer_sealed", "receipt:{}:payer"),
    SealedField(SignInCode, "contact_sealed", "sign-in:{}:contact", key="token"),
)


@dataclass
class Resealing:
    """What one run did; `unopened` names the fields that no configured key opens."""

    sealed: int = 0
    current: int = 0
    indexed: int = 0
    unopened: list[str] = field(default_factory=list)


def reseal(progress: Callable[[str, int], None] = lambda _what, _rows: None) -> Resealing:
    """Seal every personal field with the newest key and hash every contact with the index key; return what was done.

    `progress` hears of every chunk. A field that does not open is named and left as it is.
    """
    done = Resealing()
    for one in FIELDS:
        for keys in _chunks(one.model):
            _seal_chunk(one, keys, done)
            progress(f"{one.model._meta.label} {one.column}", len(keys))
    for keys in _chunks(Donor):
        _index_chunk(keys, done)
        progress("contact_index", len(keys))
    return done


def _chunks(model: type[Model]) -> Iterator[list[int]]:
    """Yield the keys of all rows, some at a time; rows that come in meanwhile are sealed with the newest key anyway."""
    last = 0
    while True:
        rows = model._default_manager.filter(pk__gt=last).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return
        yield keys
        last = keys[-1]


@transaction.atomic
def _seal_chunk(one: SealedField, keys: list[int], done: Resealing) -> None:
    rows = one.model._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys)
    for pk, key, sealed in (
        rows.exclude(**{one.column: ""}).order_by("pk").values_list("pk", one.key, one.column)
    ):
        context = one.context.format(key)
        if is_current(sealed, context=context):
            done.current += 1
            continue
        try:
            plain = unseal(sealed, context=context)
        except ValueError:
            done.unopened.append(f"{one.model._meta.label} {pk} {one.column}")
            continue
        one.model._default_manager.filter(pk=pk).update(**{one.column: seal(plain, context=context)})
        done.sealed += 1


@transaction.atomic
def _index_chunk(keys: list[int], done: Resealing) -> None:
    rows = Donor.objects.select_for_update(no_key=True).filter(pk__in=keys).exclude(contact_sealed="")
    for row in rows.order_by("pk"):
        try:
            index = blind_index(normal_contact(row.contact))
        except ValueError:
            continue
        if index != row.contact_index:
            Donor.objects.filter(pk=row.pk).update(contact_index=index)
            done.indexed += 1
