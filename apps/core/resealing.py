"""Turning the keys of personal fields: everything sealed anew with the newest key.

Each app with personal fields names them in its `sealed.py`: `FIELDS`, and in `INDEXES` the keyed hashes by which rows
are found. Small transactions, safe to stop and to repeat: a field that the newest key opens already is left alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import module_has_submodule

from apps.core.sealing import blind_index, is_current, seal, seal_bytes, unseal, unseal_bytes

CHUNK = 200
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class SealedField:
    """Where personal text (or bytes) lies sealed: the column, and the context into which its row's code, or other
    keys of it, are bound."""

    model: type[Model]
    column: str
    context: str
    key: str | tuple[str, ...] = "code"
    # How many rows to hold at once: few of what is large.
    at_once: int = CHUNK

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that the context names, in its order."""
        return (self.key,) if isinstance(self.key, str) else self.key


@dataclass(frozen=True, slots=True)
class IndexedField:
    """A column with the keyed hash of a row's personal text; `text` may raise ValueError where that does not open."""

    model: type[Model]
    column: str
    text: Callable[[Any], str]


@dataclass
class Resealing:
    """What one run did; `unopened` names the fields that no configured key opens."""

    sealed: int = 0
    current: int = 0
    indexed: int = 0
    unopened: list[str] = field(default_factory=list)


def sealed_fields() -> list[SealedField]:
    """Return every personal field of every app."""
    return [one for room in _rooms() for one in room.FIELDS]


def indexed_fields() -> list[IndexedField]:
    """Return every keyed hash of every app."""
    return [one for room in _rooms() for one in getattr(room, "INDEXES", ())]


def reseal(progress: Progress = lambda _what, _rows: None) -> Resealing:
    """Seal every personal field with the newest key and write every keyed hash anew; return what was done.

    `progress` hears of every chunk. A field that does not open is named and left as it is.
    """
    done = Resealing()
    for one in sealed_fields():
        for keys in _chunks(one.model, one.at_once):
            _seal_chunk(one, keys, done)
            progress(f"{one.model._meta.label} {one.column}", len(keys))
    for hashed in indexed_fields():
        for keys in _chunks(hashed.model):
            _index_chunk(hashed, keys, done)
            progress(f"{hashed.model._meta.label} {hashed.column}", len(keys))
    return done


def _chunks(model: type[Model], at_once: int = CHUNK) -> Iterator[list[int]]:
    """Yield the keys of all rows, some at a time; rows that come in meanwhile are sealed with the newest key anyway."""
    last = 0
    while True:
        rows = model._default_manager.filter(pk__gt=last).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:at_once])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _rooms() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and module_has_submodule(config.module, "sealed"):
            yield import_module(f"{config.name}.sealed")


@transaction.atomic
def _seal_chunk(one: SealedField, keys: list[int], done: Resealing) -> None:
    rows = one.model._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys)
    for pk, sealed, *named in rows.order_by("pk").values_list("pk", one.column, *one.keys):
        if not sealed:
            continue
        context = one.context.format(*named)
        sealed = sealed if isinstance(sealed, str) else bytes(sealed)
        if is_current(sealed, context=context):
            done.current += 1
            continue
        try:
            fresh = _again(sealed, context)
        except ValueError:
            done.unopened.append(f"{one.model._meta.label} {pk} {one.column}")
            continue
        one.model._default_manager.filter(pk=pk).update(**{one.column: fresh})
        done.sealed += 1


def _again(sealed: str | bytes, context: str) -> str | bytes:
    if isinstance(sealed, bytes):
        return seal_bytes(unseal_bytes(sealed, context=context), context=context)
    return seal(unseal(sealed, context=context), context=context)


@transaction.atomic
def _index_chunk(one: IndexedField, keys: list[int], done: Resealing) -> None:
    rows = one.model._default_manager.select_for_update(no_key=True).filter(pk__in=keys)
    # Empty ones too: the column may be younger than the row.
    for row in rows.order_by("pk"):
        try:
            index = blind_index(one.text(row))
        except ValueError:
            continue
        if index != getattr(row, one.column):
            one.model._default_manager.filter(pk=row.pk).update(**{one.column: index})
            done.indexed += 1
