"""Canonical JSON (RFC 8785, for the types we use) and its hash: the same facts always give the same bytes."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping

# RFC 8785 writes numbers as IEEE doubles; beyond this, integers would lose digits elsewhere.
MAX_INTEGER = 2**53 - 1


def canonical_json(value: object) -> str:
    """Return `value` as canonical JSON text.

    Takes objects with text keys, lists, tuples, text, integers, booleans and None. Text and keys are brought to NFC;
    keys are sorted by their UTF-16 code units, as RFC 8785 asks. Raises TypeError for anything else (floats and dates
    above all: write fen as integers and days as ISO text) and ValueError for what has no canonical form.
    """
    return "".join(_pieces(value))


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return sha256_hex(canonical_json(value))


def _pieces(value: object) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        yield _text(value)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError("an integer beyond 2^53 has no canonical form")
        yield str(int(value))
    elif isinstance(value, Mapping):
        yield from _object(value)
    elif isinstance(value, list | tuple):
        yield "["
        for position, item in enumerate(value):
            yield "," if position else ""
            yield from _pieces(item)
        yield "]"
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form")


def _object(value: Mapping[object, object]) -> Iterator[str]:
    members: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError("keys of an object are text")
        members[_normal(key)] = item
    if len(members) != len(value):
        raise ValueError("two keys are the same after normalisation")
    yield "{"
    for position, key in enumerate(sorted(members, key=lambda name: name.encode("utf-16-be"))):
        yield f"{',' if position else ''}{_text(key)}:"
        yield from _pieces(members[key])
    yield "}"


def _normal(text: str) -> str:
    normal = unicodedata.normalize("NFC", text)
    if any("\ud800" <= character <= "\udfff" for character in normal):
        raise ValueError("half of a surrogate pair has no canonical form")
    return normal


def _text(text: str) -> str:
    return json.dumps(_normal(text), ensure_ascii=False)
