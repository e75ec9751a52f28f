"""Moves of an organisation."""

from apps.core.moves import Moves

ORGANISATION: Moves = {"active": frozenset({"suspended"}), "suspended": frozenset({"active"})}
