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

from apps.core.sealing import blind_index, is_current, seal, unseal

CHUNK = 200
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class SealedField:
    """Where personal text lies sealed: the column, and the context its row's code (or another key) is bound into."""

    model: type[Model]
    column: str
    context: str
    key: str = "code"


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
        for keys in _chunks(one.model):
            _seal_chunk(one, keys, done)
            progress(f"{one.model._meta.label} {one.column}", len(keys))
    for hashed in indexed_fields():
        for keys in _chunks(hashed.model):
            _index_chunk(hashed, keys, done)
            progress(f"{hashed.model._meta.label} {hashed.column}", len(keys))
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


def _rooms() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and module_has_submodule(config.module, "sealed"):
            yield import_module(f"{config.name}.sealed")


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
