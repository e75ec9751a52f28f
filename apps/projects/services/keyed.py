"""What a form wrote before, found by the key that its page handed out. The same again is answered as the first time;
what says something else is refused, never swallowed."""

from collections.abc import Callable
from typing import TypeVar

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.projects import rules
from apps.users.models import User

Row = TypeVar("Row", bound=models.Model)
R = TypeVar("R")


def written_before(
    model: type[Row],
    *,
    key: str,
    prefix: str,
    writer: str,
    by: User | None,
    says: Callable[[Row], bool],
    refusal: str | Promise = "",
) -> Row | None:
    """Return the row that a form wrote under its key before; None for a new key, and without one.

    `writer` names the column that says who wrote a row, `says` tells whether a row holds just what is sent now. Raises
    `Refused` for a key that no page of this person handed out, and with the sentence `refusal`, naming `key`, for a
    form that says something else now: the page then hands out a new key (`apps.core.forms.show_refusal`).
    """
    if not key:
        return None
    expired = _("表单过期了，请重新打开再填。")
    if not rules.is_form_key(key, prefix):
        raise Refused(expired)
    row = model._default_manager.filter(code=key).first()
    if row is None:
        return None
    if by is None or getattr(row, writer) != by.pk:
        raise Refused(expired)
    if not says(row):
        raise Refused(
            refusal or _("这张表单先前已经交过一次。这次写的不一样，还没有收：请核对以后再交一次。"), "key"
        )
    return row


def undone(write: Callable[[], R]) -> R:
    """Return what `write` returns, and leave nothing of what it wrote. For use inside a verb."""
    with transaction.atomic():
        found = write()
        transaction.set_rollback(True)
    return found
