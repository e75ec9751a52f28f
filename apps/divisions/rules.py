"""What a division's code says by itself. Codes have the native length of their level: 2, 4, 6, 9 or 12 digits."""

LENGTHS = (2, 4, 6, 9, 12)
LEVEL_BY_LENGTH = {length: level for level, length in enumerate(LENGTHS, start=1)}


def is_code(text: str) -> bool:
    """Tell whether `text` has the form of a code, not whether there is such a division."""
    return len(text) in LEVEL_BY_LENGTH and text.isascii() and text.isdigit()


def level_of(code: str) -> int:
    """Return the level (1 province … 5 village) of a code. Raises ValueError for anything that is no code."""
    if not is_code(code):
        raise ValueError(f"{code!r} is not a division code")
    return LEVEL_BY_LENGTH[len(code)]


def lineage(code: str) -> list[str]:
    """Return the codes from the province down to `code` itself, which is last."""
    return [code[:length] for length in LENGTHS if length <= len(code)]


def parent_of(code: str) -> str:
    """Return the code one level up, or an empty text for a province."""
    return code[: LENGTHS[level_of(code) - 2]] if len(code) > LENGTHS[0] else ""


def code_range(code: str) -> tuple[str, str]:
    """Return (low, high): a division is `code` or lies under it exactly when low <= its code < high.

    The empty code stands for the nation. Both ends are compared as text; digits sort alike in every collation.
    """
    if code.strip("9") == "":
        return code, "A"
    return code, str(int(code) + 1).zfill(len(code))


def covers(upper: str, lower: str) -> bool:
    """Tell whether `lower` is `upper` or lies under it."""
    return bool(upper) and lower.startswith(upper)
