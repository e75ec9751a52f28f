"""Overwriting in a picture's bytes what cameras and programs write beside the pixels, without moving one."""

import re
from collections.abc import Callable

# Markers of a JPEG that hold what no decoder needs: APP1 to APP13, APP15, COM. APP0 (density) and APP14 (which colours
# are meant) stay.
_TOLD = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SEGMENT = re.compile(rb"\xff[\xe1-\xed\xef\xfe]..", re.DOTALL)
_BOXES = (b"uuid", b"xml ", b"uinf")


def kind_of(head: bytes) -> str:
    """Return whether a picture is a `jpeg` or a `jp2` by how it begins; empty for neither."""
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    return "jp2" if head[4:8] == b"jP  " else ""


def _bare_jpeg(picture: bytearray) -> bytearray:
    """Overwrite what lies in a JPEG's segments that no decoder needs."""
    at = 2
    while at + 4 <= len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:
            return _bare_tail(picture, at)
        size = int.from_bytes(picture[at + 2 : at + 4])
        if size < 2:
            raise ValueError("a segment of impossible length")
        if marker in _TOLD:
            _blank_segment(picture, at)
        at += 2 + size
    return picture


def _blank_segment(picture: bytearray, at: int) -> None:
    begins, ends = at + 4, min(at + 2 + int.from_bytes(picture[at + 2 : at + 4]), len(picture))
    if begins < ends:
        picture[begins:ends] = bytes(ends - begins)


def _bare_tail(picture: bytearray, at: int) -> bytearray:
    """Overwrite what follows the end of the picture, where phones put a second one with facts of its own."""
    ends = picture.find(b"\xff\xd9", at)
    for found in _SEGMENT.finditer(picture, at, ends if ends >= 0 else len(picture)):
        _blank_segment(picture, found.start())
    if ends >= 0:
        picture[ends + 2 :] = bytes(len(picture) - ends - 2)
    return picture


def _bare_jp2(picture: bytearray) -> bytearray:
    """Rename and overwrite boxes of a JPEG 2000 that hold facts about it."""
    at = 0
    while at + 8 <= len(picture):
        size, name, head = int.from_bytes(picture[at : at + 4]), bytes(picture[at + 4 : at + 8]), 8
        if size == 1:
            size, head = int.from_bytes(picture[at + 8 : at + 16]), 16
        size = size or len(picture) - at
        if size < head:
            raise ValueError("a segment of impossible length")
        if name in _BOXES:
            picture[at + 4 : at + 8] = b"free"
            picture[at + head : at + size] = bytes(max(min(at + size, len(picture)) - at - head, 0))
        at += size
    return picture


BARE: dict[str, Callable[[bytearray], bytearray]] = {"jpeg": _bare_jpeg, "jp2": _bare_jp2}
