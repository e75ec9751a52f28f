"""States and the moves between them, as a table."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

Moves = Mapping[str, frozenset[str]]


def check_move(table: Moves, old: str, new: str, *, what: str) -> None:
    """Raise `Refused` unless the table allows going from `old` to `new`; `what` names the thing in the sentence."""
    if new not in table.get(old, frozenset()):
        raise Refused(_("%(what)s 现在的状态不允许这样做，请刷新页面看最新情况。") % {"what": what})
