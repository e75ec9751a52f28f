"""The clauses that rulebooks set: their kinds, the catalogue, and how the levels' values combine."""

from apps.funds.rules.catalogue import CLAUSES, GROUPS, HOST_GROUP, HOST_ONLY
from apps.funds.rules.chain import (
    DEFAULT_LEVEL,
    HOST_LEVEL,
    EffectiveRule,
    EffectiveRules,
    Setting,
    clause,
    contradictions,
    describe,
    effective,
    fits,
    is_tighter_or_equal,
    validate,
)
from apps.funds.rules.kinds import ClauseKind, Tighter, Unit, Value, parse, typed, words

__all__ = [
    "CLAUSES",
    "DEFAULT_LEVEL",
    "GROUPS",
    "HOST_GROUP",
    "HOST_LEVEL",
    "HOST_ONLY",
    "ClauseKind",
    "EffectiveRule",
    "EffectiveRules",
    "Setting",
    "Tighter",
    "Unit",
    "Value",
    "clause",
    "contradictions",
    "describe",
    "effective",
    "fits",
    "is_tighter_or_equal",
    "parse",
    "typed",
    "validate",
    "words",
]
