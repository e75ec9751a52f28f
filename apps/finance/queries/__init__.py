"""Reads of finance, by family."""

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
    "equation",
    "hosts_of",
    "imported",
    "matched_lines",
    "open_lines",
    "read_file",
    "statements",
    "suggest",
    "suggest_one",
]
