"""Looking into a PDF that somebody sent, without reading it as a reader would: does it run, open or hide something?

What counts is what any reader could find in it, so nothing is believed that the file says about its own order: names
are looked for in all of its bytes, and in every object stream (ISO 32000-1, 7.5.7), the one place where objects lie
compressed. An object stream that cannot be looked into whole is reason enough to refuse the file.
"""

import re
import zlib
from enum import Enum
from itertools import islice

# Names of what a document has no need for: scripts, programs, files inside the file, forms that run, a password.
REFUSED = ("JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "Encrypt")
# Decoded bytes of all object streams of a file together; a bomb stops here.
MOST_DECODED = 64 * 1024 * 1024
# A file of 20 MB has some hundred escaped names (by chance, in pictures) and some thousand streams. One with many more
# is made to keep whoever looks into it busy.
MOST_ESCAPES, MOST_STREAMS = 100_000, 100_000
# A stream's dictionary lies directly before it; one that is longer than this belongs to no honest object stream.
DICTIONARY = 2048
# A name ends at white space, at a delimiter, or with the file (7.2.2).
_ACTIVE = re.compile(rb"/(?:" + "|".join(REFUSED).encode() + rb")(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)?")
_OBJECTS = b"/ObjStm"
# A stream may keep its data in a file of its own.
_ELSEWHERE = re.compile(rb"/F(?![A-Za-z])")
_FILTER = re.compile(rb"/Filter\s*(\[?)\s*(/\w+)?\s*(\]?)")
# What an object stream begins with: pairs of numbers.
_PAIRS = re.compile(rb"\s*\d+\s+\d+\s")
_PEEK = 64


class Finding(Enum):
    """What was found in a PDF."""

    CLEAN = "clean"
    ACTIVE = "active"
    UNREADABLE = "unreadable"


def look_into(body: bytes) -> Finding:
    """Return whether a PDF holds something that runs, opens or hides, or object streams that cannot be looked into.

    Names are read as a reader reads them, `/J#53` as `/JS` (7.3.5).
    """
    if _more_than(MOST_ESCAPES, _ESCAPED, body) or _more_than(MOST_STREAMS, STREAM, body):
        return Finding.UNREADABLE
    plain = unescaped(body)
    if _ACTIVE.search(plain):
        return Finding.ACTIVE
    left, seen, before, ends = MOST_DECODED, 0, 0, 0
    for keyword in STREAM.finditer(body):
        begins = keyword.end()
        dictionary = unescaped(body[max(before, keyword.start() - DICTIONARY) : keyword.start()])
        before = begins
        declared = dictionary.count(_OBJECTS)
        seen += declared
        if 0 <= ends < begins:
            ends = body.find(b"endstream", begins)
        data = memoryview(body)[begins : ends if ends >= 0 else len(body)]
        if declared:
            objects = _objects(dictionary, data, left)
        elif _looks_like_objects(data):
            objects = _inflated(data, left)
        else:
            continue
        if objects is None:
            return Finding.UNREADABLE
        left -= len(objects)
        if _ACTIVE.search(unescaped(objects)):
            return Finding.ACTIVE
    # One that stands before no stream we looked into is meant to be found by another way.
    return Finding.CLEAN if seen == plain.count(_OBJECTS) else Finding.UNREADABLE


def _more_than(most: int, pattern: re.Pattern[bytes], body: bytes) -> bool:
    return next(islice(pattern.finditer(body), most, None), None) is not None


def unescaped(text: bytes) -> bytes:
    """Return text with names as a reader reads them."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def _objects(dictionary: bytes, data: memoryview, most: int) -> bytes | None:
    """Return a declared object stream's text; None unless it is plain, or deflated and nothing else."""
    if dictionary.count(b"/Filter") > 1 or b"/DecodeParms" in dictionary or _ELSEWHERE.search(dictionary):
        return None
    filters = _FILTER.search(dictionary)
    if filters is None:
        # Its text has been searched with all of the file.
        return b""
    opened, name, closed = filters.groups()
    if name != b"/FlateDecode" or bool(opened) != bool(closed):
        return None
    return _inflated(data, most)


def _inflated(data: memoryview, most: int) -> bytes | None:
    """Return deflated data whole; None when it is broken, cut short, or more than `most` bytes."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, most + 1)
    except zlib.error:
        return None
    return text if reader.eof and len(text) <= most else None


def _looks_like_objects(data: memoryview) -> bool:
    """Whether a stream that does not say so is an object stream nevertheless, as lenient readers take it."""
    try:
        head = zlib.decompressobj().decompress(data[: 4 * _PEEK], _PEEK)
    except zlib.error:
        return False
    return _PAIRS.match(head) is not None
