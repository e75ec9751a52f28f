"""Holding one row until the transaction ends, as every verb does with what it changes.

The same few questions are asked by every verb, so each is compiled once.
"""

from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.transaction import TransactionManagementError

from apps.core.compiled import Compiled, Param

Row = TypeVar("Row", bound=Model)


@cache
def question(model: type[Row], joined: tuple[str, ...], columns: tuple[str, ...]) -> Compiled[Row]:
    def build() -> Any:
        rows = model._default_manager.select_for_update(no_key=True, of=("self",)).order_by()
        found = rows.filter(**{column: Param(column) for column in columns})
        return found.select_related(*joined) if joined else found

    return Compiled(build)


def lock_row(model: type[Row], *joined: str, **unique: Any) -> Row:
    """Return the one row of a unique value as it is now, locked; what is read along with it is not locked.

        grant = lock_row(Grant, "fund__host", pk=grant.pk)

    FOR NO KEY UPDATE: others may still point to the row. Raises the model's DoesNotExist, and
    TransactionManagementError where no transaction would hold the lock.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{model.__name__} cannot be locked outside a transaction")
    row: Row | None = question(model, joined, tuple(unique)).first(**unique)
    if row is None:
        raise model.DoesNotExist(f"no such {model.__name__}")  # type: ignore[attr-defined]  # each model has its own
    return row
