"""Taking out of a PDF what says who made it, when, where and with what, without moving a byte.

Everything is overwritten where it lies, so that no offset changes and no reader has to be believed about the file's
order: the document's own facts (Info; ISO 32000-1, 14.3.3), XMP (14.3.2), authors and dates of remarks, and what
cameras leave in pictures (EXIF, XMP, IPTC and comments in JPEG; boxes in JPEG 2000). Older versions of an object that
the file still carries are overwritten like the newest. What cannot be reached so is a reason to refuse the file.
"""

import base64
import re
import zlib
from collections.abc import Callable, Iterator

from apps.core.bare_pictures import BARE, kind_of
from apps.core.documents import DICTIONARY, MOST_DECODED, STREAM, unescaped

# Keys whose value says who, when or with what, wherever they stand: Info, remarks, pages of layout programs.
TELLING = frozenset(
    {
        "Author", "Creator", "Producer", "CreationDate", "ModDate", "Keywords", "Subject", "Company", "Manager",
        "LastModified", "SourceModified", "PTEX.Fullbanner", "T", "M", "Comments", "Category", "ContentCreator",
    }
)  # fmt: skip
# A program's private data may hold a whole second document.
PRIVATE = b"PieceInfo"
_KEY = re.compile(
    rb"/(?:"
    + b"|".join(re.escape(name.encode()) for name in sorted(TELLING))
    + rb")(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
)
_ESCAPED_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*#[0-9A-Fa-f]{2}[^\x00\t\n\x0c\r ()<>\[\]{}/%]*")
_SPACE = re.compile(rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*)*")
_REFERENCE = re.compile(rb"(\d+)[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]+R")
_INFO = re.compile(rb"/Info(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_OBJECT = re.compile(rb"(?<![0-9])(\d+)[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]+obj")
_PAIR = re.compile(rb"\s*(\d+)\s+(\d+)")
_FIRST, _COUNT = re.compile(rb"/First\s+(\d+)"), re.compile(rb"/N\s+(\d+)")
_FILTERS = re.compile(rb"/Filter\s*(?:\[([^\]]*)\]|(/\w+))")
_FLATE = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b")
_XML = re.compile(rb"\s*(?:\xef\xbb\xbf)?<(?:\?xpacket|x:xmpmeta|rdf:RDF)")
_BRACKET = re.compile(rb"<<|>>|[\[\]()<]|\\.|%[^\r\n]*", re.DOTALL)
_PICTURE = re.compile(rb"/(?:DCTDecode|DCT|JPXDecode)(?![A-Za-z])")
# A JPEG 2000 without boxes.
_CODESTREAM = b"\xff\x4f\xff\x51"
# What still has to be inflated to look for a picture or for XMP in it.
_HEAD = 4096


class Unstrippable(Exception):
    """Something in a PDF cannot be overwritten where it lies."""


def stripped(body: bytes) -> bytes:
    """Return a PDF of the same length without what says who made it and when. Raises `Unstrippable`.

    Expects what `documents.look_into` found clean.
    """
    file = bytearray(body)
    streams = list(_streams(body))
    for begins, ends, dictionary in streams:
        _strip_stream(file, begins, ends, dictionary)
    texts = [_Text(file, begins, ends) for begins, ends in _between(streams, len(body))]
    texts += [_Objects(file, begins, ends, own) for begins, ends, own in streams if b"/ObjStm" in own]
    facts = {number for text in texts for number in _numbers_of_info(text.text)}
    # A value may be an object of its own, and lie anywhere.
    strings = {number for text in texts for number in _strip_text(text.text)}
    strings |= {number for text in texts for number in text.blank(facts, _blank_whole)}
    for text in texts:
        text.blank(strings, _blank_string)
        text.put()
    return bytes(file)


# --- where things lie -----------------------------------------------------------------------------------------------


def _streams(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield where the data of each stream begins and ends, with its dictionary."""
    before = 0
    for keyword in STREAM.finditer(body):
        begins = keyword.end()
        if begins < before:
            continue
        ends = body.find(b"endstream", begins)
        ends = len(body) if ends < 0 else ends
        head = unescaped(body[max(before, keyword.start() - DICTIONARY) : keyword.start()])
        yield begins, ends, head[head.rfind(b"obj") + 3 :]
        before = ends


def _between(streams: list[tuple[int, int, bytes]], end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of the file that are no stream's data."""
    at = 0
    for begins, ends, _dictionary in streams:
        yield at, begins
        at = ends
    yield at, end


def _numbers_of_info(text: bytearray) -> Iterator[bytes]:
    """Yield the numbers of the objects that any trailer calls the document's facts."""
    for key in _INFO.finditer(text):
        if reference := _REFERENCE.match(text, _skip(text, key.end())):
            yield bytes(reference[1])


class _Text:
    """A part of the file that is no stream's data, overwritten in a copy and put back."""

    def __init__(self, file: bytearray, begins: int, ends: int) -> None:
        self.file, self.begins, self.ends = file, begins, ends
        self.text = bytearray(file[begins:ends])

    def places(self) -> Iterator[tuple[bytes, int]]:
        """Yield the number of each object and where its value begins."""
        for found in list(_OBJECT.finditer(self.text)):
            yield bytes(found[1]), found.end()

    def blank(
        self, numbers: set[bytes], how: Callable[[bytearray, int], tuple[set[bytes], int]]
    ) -> set[bytes]:
        """Overwrite the objects with these numbers; return the numbers of those they refer to."""
        found: set[bytes] = set()
        done = 0
        for number, at in sorted(self.places(), key=lambda place: place[1]) if numbers else ():
            # What lies in what is overwritten already is not gone through again: nested a million deep it never ends.
            if number in numbers and at >= done:
                more, done = how(self.text, at)
                found |= more
        return found

    def put(self) -> None:
        """Write the part back."""
        self.file[self.begins : self.ends] = self.text


class _Objects(_Text):
    """An object stream (7.5.7): the same, of its objects."""

    def __init__(self, file: bytearray, begins: int, ends: int, own: bytes) -> None:
        super().__init__(file, begins, ends)
        self.own, self.is_packed = own, _FLATE.search(own) is not None
        text = _inflated(bytes(self.text)) if self.is_packed else bytes(self.text)
        if text is None:
            raise Unstrippable
        self.text, self.before = bytearray(text), text

    def places(self) -> Iterator[tuple[bytes, int]]:
        """Yield the number of each object and where its value begins."""
        first, count = _FIRST.search(self.own), _COUNT.search(self.own)
        if first is None or count is None:
            raise Unstrippable
        at = 0
        for _turn in range(min(int(count[1]), len(self.text))):
            pair = _PAIR.match(self.text, at)
            if pair is None:
                raise Unstrippable
            at = pair.end()
            yield bytes(pair[1]), int(first[1]) + int(pair[2])

    def put(self) -> None:
        """Pack the objects again and write them back, where anything changed."""
        if self.text != self.before:
            room = self.ends - self.begins
            _put(
                self.file, self.begins, self.ends, _deflated(self.text, room) if self.is_packed else self.text
            )


# --- text -----------------------------------------------------------------------------------------------------------


def _skip(text: bytes | bytearray, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _closed(text: bytes | bytearray, at: int) -> int:
    """Return where the string, list or dictionary that opens at `at` has closed. Raises `Unstrippable`."""
    open_ones: list[bytes] = []
    position = at
    while found := _BRACKET.search(text, position):
        token, position = bytes(found[0]), found.end()
        inside = open_ones[-1] if open_ones else b""
        if token[:1] in (b"\\", b"%"):
            if token[:1] == b"%" and inside == b"(":
                position = found.start() + 1
            continue
        if inside == b"(" and token not in (b"(", b")"):
            if token in (b"<<", b">>"):
                position = found.start() + 1
            continue
        if token == b"<":
            ends = text.find(b">", position)
            if ends < 0:
                break
            position = ends + 1
        elif token in (b"<<", b"[", b"("):
            open_ones.append(token)
        else:
            if not open_ones:
                break
            open_ones.pop()
        if not open_ones:
            return position
    raise Unstrippable


def _blank_whole(text: bytearray, at: int) -> tuple[set[bytes], int]:
    """Overwrite the string, list or dictionary at `at`; return the numbers of the objects that it refers to, and where
    it ends."""
    at = _skip(text, at)
    edge = 2 if text[at : at + 2] == b"<<" else 1
    if bytes(text[at : at + 1]) not in (b"(", b"[", b"<"):
        return set(), at
    ends = _closed(text, at)
    inside = slice(at + edge, ends - edge)
    referred = {bytes(found[1]) for found in _REFERENCE.finditer(text[inside])}
    text[inside] = b" " * (ends - at - 2 * edge)
    return referred, ends


def _blank_string(text: bytearray, at: int) -> tuple[set[bytes], int]:
    """Overwrite the string at `at`, and nothing else."""
    at = _skip(text, at)
    is_string = text[at : at + 2] != b"<<" and text[at : at + 1] != b"["
    return _blank_whole(text, at) if is_string else (set(), at)


def _strip_text(text: bytearray) -> set[bytes]:
    """Overwrite what telling keys say; return the numbers of the objects that say it elsewhere."""
    keys = [found.end() for found in _KEY.finditer(text)]
    names = [bytes(found[0]) for found in _ESCAPED_NAME.finditer(text)]
    for found in _ESCAPED_NAME.finditer(text):
        if unescaped(bytes(found[0]))[1:].decode("latin-1") in TELLING:
            keys.append(found.end())
    if PRIVATE in text or any(PRIVATE in unescaped(name) for name in names):
        raise Unstrippable
    elsewhere = set()
    done = 0
    for found in list(_INFO.finditer(text)):
        if found.end() >= done:
            more, done = _blank_whole(text, found.end())
            elsewhere |= more
    done = 0
    for at in sorted(keys):
        if at < done:
            continue
        if reference := _REFERENCE.match(text, _skip(text, at)):
            elsewhere.add(bytes(reference[1]))
        else:
            done = _blank_string(text, at)[1]
    return elsewhere


# --- streams --------------------------------------------------------------------------------------------------------


def _put(file: bytearray, begins: int, ends: int, data: bytes | bytearray) -> None:
    """Write a stream anew where it lies; it must not be longer than what was there."""
    if len(data) > ends - begins:
        raise Unstrippable
    file[begins:ends] = data + b"\n" * (ends - begins - len(data))


def _inflated(data: bytes, most: int = MOST_DECODED) -> bytes | None:
    """Return deflated data whole; None where it is no such data, cut short, or more than `most`."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, most)
    except zlib.error:
        return None
    return text if reader.eof else None


def _deflated(text: bytes | bytearray, most: int) -> bytes:
    for level in (6, 9, 4):
        if len(packed := zlib.compress(text, level)) <= most:
            return packed
    raise Unstrippable


def _strip_stream(file: bytearray, begins: int, ends: int, own: bytes) -> None:
    """Overwrite XMP, and in pictures what cameras leave."""
    wraps = [name for name in _filters(own) if name in _WRAPS]
    head = bytes(file[begins : min(begins + _HEAD, ends)])
    for wrap in wraps:
        head = _WRAPS[wrap][0](head, False)
    if _XML.match(head) or (b"/Metadata" in own and b"/XML" in own):
        _put(file, begins, ends, zlib.compress(b"") if wraps[:1] == [b"FlateDecode"] else b"")
        return
    clean = BARE.get(kind_of(head))
    if clean is None:
        if _PICTURE.search(own) and head[:4] != _CODESTREAM:
            raise Unstrippable
        return
    whole = bytes(file[begins:ends])
    for wrap in wraps:
        whole = _WRAPS[wrap][0](whole, True)
    try:
        bare = clean(bytearray(whole))
    except ValueError as error:
        raise Unstrippable from error
    if bare != whole:
        for wrap in reversed(wraps):
            bare = bytearray(_WRAPS[wrap][1](bytes(bare)))
        _put(file, begins, ends, bare)


def _filters(own: bytes) -> list[bytes]:
    """Return by which filters a stream is wrapped, the outermost first."""
    found = _FILTERS.search(own)
    return re.findall(rb"/(\w+)", found[1] or found[2]) if found else []


def _unflated(data: bytes, whole: bool) -> bytes:
    """Undo FlateDecode; of a stream's beginning as much as there is."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, MOST_DECODED if whole else _HEAD)
    except zlib.error:
        text = b""
    if whole and not reader.eof:
        raise Unstrippable
    return text


def _unlettered(data: bytes, whole: bool) -> bytes:
    """Undo ASCII85Decode; of a stream's beginning as much as there is."""
    letters = re.sub(rb"\s", b"", data).removeprefix(b"<~")
    letters = letters[: letters.find(b"~>")] if b"~>" in letters else letters
    if not whole:
        letters = letters[: len(letters) // 5 * 5]
    try:
        return base64.a85decode(letters)
    except ValueError as error:
        if whole:
            raise Unstrippable from error
        return b""


_WRAPS: dict[bytes, tuple[Callable[[bytes, bool], bytes], Callable[[bytes], bytes]]] = {
    b"FlateDecode": (_unflated, lambda data: zlib.compress(data, 9)),
    b"ASCII85Decode": (_unlettered, lambda data: base64.a85encode(data) + b"~>"),
}
