"""A file that is kept in pieces, read as rows without holding it whole: CSV in any usual encoding, small workbooks."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.finance.rules import encoding as encodings
from apps.finance.rules.sheets import DELIMITERS, MAX_COLUMNS, OLE, ZIP, clean_cell, read_sheet
from apps.finance.rules.sheets import MAX_BYTES as BOOK_BYTES

MAX_BYTES = 40 * 1024 * 1024
MAX_ROWS = 200_000
HEAD_BYTES = 64 * 1024
HEAD_ROWS = 40
CHUNK = 1000
Pieces = Callable[[], Iterator[bytes]]
# Rows with their numbers and cells as written: `clean_cell` is for the reader, who meets most texts often.
Row = tuple[int, list[str]]
Rows = Iterator[Row]


@dataclass(frozen=True)
class Source:
    """How a file's rows can be read, again and again; `encoding` is empty for workbooks."""

    rows: Callable[[], Rows]
    encoding: str = ""
    # Whether another encoding fits the file as well, so that a person has to look.
    is_doubtful: bool = False

    def head(self) -> list[list[str]]:
        """Return the first rows, cleaned."""
        return [[clean_cell(cell) for cell in row] for _number, row in islice(self.rows(), HEAD_ROWS)]


def open_pieces(pieces: Pieces, *, chosen: str, knows: Callable[[list[str]], bool]) -> Source:
    """Return the file's rows. `knows` tells a header row. Raises `Refused` for what cannot be read."""
    first = next(pieces(), b"")
    if not first.strip():
        raise Refused(_("这是一个空文件。"), "file")
    if first.startswith((ZIP, OLE)):
        body = b"".join(pieces())
        if len(body) > BOOK_BYTES:
            raise Refused(_("表格文件超过 5 MB，请在平台上导出 CSV 再传。"), "file")
        rows = read_sheet(body).rows
        return Source(lambda: enumerate(rows, start=1))
    head = first[:HEAD_BYTES]
    name, is_doubtful = _encoding(pieces, head, chosen, knows)
    delimiter = _delimiter(head.decode(name, "replace"), knows) or ","
    return Source(lambda: _csv_rows(pieces, name, delimiter), name, is_doubtful)


def _encoding(
    pieces: Pieces, head: bytes, chosen: str, knows: Callable[[list[str]], bool]
) -> tuple[str, bool]:
    """Return the encoding, and whether another one fits too.

    1,920 hanzi, common surnames among them, have GBK bytes that are also sound UTF-8: a reading counts only when the
    header row shows in it, and when both show it a person is asked to look.
    """
    if chosen:
        if chosen not in encodings.CHOICES:
            raise Refused(_("没有这种编码，请重新选择。"), "encoding")
        if not _fits(pieces, chosen):
            raise Refused(_("按您选的编码读不出这个文件，请换一种编码。"), "encoding")
        return chosen, False
    for mark, name in encodings.MARKS:
        if head.startswith(mark):
            if not _fits(pieces, name):
                raise Refused(_("文件开头写着一种编码，里面却不是，请重新从平台导出。"), "file")
            return name, False
    if head.isascii() and all(piece.isascii() for piece in pieces()):
        return "utf-8", False
    fitting = [name for name in encodings.candidates(head) if _fits(pieces, name)]
    shown = [name for name in fitting if _delimiter(head.decode(name, "ignore"), knows)] or fitting
    if not shown:
        raise Refused(_("认不出文件的文字编码，请在“编码”里选一种再试。"), "encoding")
    return (shown[0] if len(shown) == 1 else encodings.guess(head, shown)), len(shown) > 1


def _fits(pieces: Pieces, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for piece in pieces():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter(text: str, knows: Callable[[list[str]], bool]) -> str | None:
    """Return the separator under which one of the first lines is a header row."""
    lines = text.removeprefix("\ufeff").splitlines()[:HEAD_ROWS]
    for delimiter in DELIMITERS:
        if any(knows([cell.strip('" ') for cell in line.split(delimiter)]) for line in lines):
            return delimiter
    return None


class _Stream(io.RawIOBase):
    """The pieces as one stream of bytes."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces, self._rest = pieces(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _csv_rows(pieces: Pieces, name: str, delimiter: str) -> Rows:
    codec = "utf-8-sig" if name == "utf-8" else name
    # Only CR and LF end a line: other separators may stand in a cell.
    lines = io.TextIOWrapper(io.BufferedReader(_Stream(pieces)), encoding=codec, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    numbers = count(1)
    rows = zip(numbers, reader, strict=False)
    try:
        while chunk := list(islice(rows, CHUNK)):
            _guard(chunk)
            yield from chunk
    except csv.Error:
        # The number was taken, the row was not.
        broken = next(numbers) - 1
        raise Refused(_("第 %(row)d 行的引号或分隔符不成对，读不下去。") % {"row": broken}, "file") from None


def _guard(chunk: Sequence[Row]) -> None:
    if chunk[-1][0] > MAX_ROWS:
        raise Refused(_("文件超过 %(limit)d 行，请分开导出再传。") % {"limit": MAX_ROWS}, "file")
    for number, row in chunk:
        if len(row) > MAX_COLUMNS:
            raise Refused(_("第 %(row)d 行的列太多，不像平台的订单。") % {"row": number}, "file")
