"""Cells that leave: no text may become a formula in the reader's spreadsheet, and no value may change on the way.

Numbers stay numbers. A text that a spreadsheet could take for a formula gets one apostrophe in front; `plain_cell`
takes it off again, so what was exported reads back the same.
"""

from decimal import Decimal

# What starts a formula, in ASCII and full width; TAB, CR, LF and NUL are skipped or cut by some programs.
STARTERS = "=+-@\t\r\n\x00＝＋－＠"
# What a reader may drop before it looks at the first character: spaces and invisible marks.
SKIPPED = " \u00a0\u2002\u2003\u2009\u3000\ufeff\u200b\u200c\u200d\u2060"
# Excel keeps no more characters than this in one cell.
XLSX_LIMIT = 32_767
Cell = str | int | float | bool | Decimal


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula (or for an escaped one)."""
    bare = text.lstrip(SKIPPED + "'")
    return bool(bare) and bare[0] in STARTERS


def safe_cell(value: Cell | None) -> Cell:
    """Return what to write for a value: numbers as they are, risky text behind an apostrophe, None as empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return f"'{value}" if is_risky(value) else value


def plain_cell(text: str) -> str:
    """Return the text that `safe_cell` was given."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


def sheet_cell(value: Cell | None) -> Cell:
    """Return what to write into an XLSX cell: as `safe_cell`, without NUL and within Excel's length."""
    cell = safe_cell(value)
    if isinstance(cell, str):
        return cell.replace("\x00", "\ufffd")[:XLSX_LIMIT]
    return cell
