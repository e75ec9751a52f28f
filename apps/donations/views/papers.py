"""A paper that comes with what finance writes down: kept for the fact that it proves, or not at all."""

from collections.abc import Callable
from typing import Any

from apps.core import files
from apps.core.models import StoredFile
from apps.users.models import User


def with_paper(
    upload: Any,
    act: Callable[[StoredFile | None], int | None],
    *,
    field: str,
    by: User,
    signed: bool = True,
    ofd: bool = False,
) -> None:
    """Keep an upload, if there is one, for `act`, which returns the key of the paper that its fact stands on.

    Refused, or on another paper since the same form came before, this one is not kept. `signed` and `ofd` are those of
    `files.keep_document`. Raises `Refused`.
    """
    kept: StoredFile | None = None
    stands_on: int | None = None
    if upload:
        kept = files.keep_document(upload, by_id=by.pk, field=field, signed=signed, ofd=ofd)
    try:
        stands_on = act(kept)
    finally:
        if kept is not None and stands_on != kept.pk:
            files.discard(kept)
