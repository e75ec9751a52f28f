"""Reads of finance, by family."""

from apps.finance.queries.life import (
    Sleeper,
    closings_to_carry_out,
    last_activity,
    obstacles,
    sleepers,
    undecided_motions,
)
from apps.finance.queries.statements import (
    Equation,
    Reading,
    RowFault,
    equation,
    hosts_of,
    imported,
    matched_lines,
    open_lines,
    read_file,
    statements,
)
from apps.finance.queries.suggestions import suggest, suggest_one

__all__ = [
    "Equation",
    "Reading",
    "RowFault",
    "Sleeper",
    "closings_to_carry_out",
    "equation",
    "hosts_of",
    "imported",
    "last_activity",
    "matched_lines",
    "obstacles",
    "open_lines",
    "read_file",
    "sleepers",
    "statements",
    "suggest",
    "suggest_one",
    "undecided_motions",
]
