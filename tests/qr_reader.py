"""Reads a QR code out of a picture by ISO/IEC 18004, so that no test has to trust the library that wrote it.

For clean pictures that stand upright: a damaged code is not mended but told by its error correction.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from PIL import Image

Square = list[list[int]]
DARK = 110
# Data blocks as (how many, codewords of data), by version, for the levels M and Q; and all codewords (tables 1 and 9).
ALL = (26, 44, 70, 100, 134, 172, 196, 242, 292, 346)
M = (
    *(((1, 16),), ((1, 28),), ((1, 44),), ((2, 32),), ((2, 43),), ((4, 27),), ((4, 31),)),
    *(((2, 38), (2, 39)), ((3, 36), (2, 37)), ((4, 43), (1, 44))),
)
Q = (
    *(((1, 13),), ((1, 22),), ((2, 17),), ((2, 24),), ((2, 15), (2, 16)), ((4, 19),), ((2, 14), (4, 15))),
    *(((4, 18), (2, 19)), ((4, 16), (4, 17)), ((6, 19), (2, 20))),
)
BLOCKS = {0b00: M, 0b11: Q}
# Where the middles of alignment patterns stand (annex E).
ALIGNMENT = (
    (),
    (6, 18),
    (6, 22),
    (6, 26),
    (6, 30),
    (6, 34),
    (6, 22, 38),
    (6, 24, 42),
    (6, 26, 46),
    (6, 28, 50),
)
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
FINDER = re.compile(rb"(\x01+)(\x00+)(\x01+)(\x00+)(\x01+)")


def read(picture: Image.Image) -> str:
    """Return what the one code in a picture says. Raises ValueError where there is none, or a wrong one."""
    return decode(sample(picture))


def sample(picture: Image.Image) -> Square:
    """Return the modules of the code in a picture: found by its three finder patterns, 1 is dark."""
    grey = picture.convert("L").point([1] * DARK + [0] * (256 - DARK))
    width, height = grey.size
    flat = grey.tobytes()
    middles = list(_finders([flat[y * width : (y + 1) * width] for y in range(height)]))
    if len(middles) != 3:
        raise ValueError(f"{len(middles)} finder patterns instead of 3")
    (left, top, step), (right, _top, _step), (_left, bottom, _other) = sorted(
        middles, key=lambda one: (one[1] > middles[0][1] + 4 * one[2], one[0])
    )
    size = round((right - left) / step) + 7
    across, down = (right - left) / (size - 7), (bottom - top) / (size - 7)
    return [
        [flat[round(top + (y - 3) * down) * width + round(left + (x - 3) * across)] for x in range(size)]
        for y in range(size)
    ]


def _finders(rows: list[bytes]) -> Iterator[tuple[float, float, float]]:
    """Yield the middle and the module's width of every finder pattern: rows that go 1:1:3:1:1 through its middle."""
    found: list[tuple[float, float, float]] = []
    for y, row in enumerate(rows):
        at = 0
        while (hit := FINDER.search(row, at)) is not None:
            runs, at = [len(run) for run in hit.groups()], hit.end(2)
            step, middle = sum(runs) / 7, (hit.start() + hit.end() - 1) / 2
            is_like = all(
                abs(run - n * step) < 0.6 * step for run, n in zip(runs, (1, 1, 3, 1, 1), strict=True)
            )
            if (
                step < 1.5
                or not is_like
                or any(abs(x - middle) < step for x, _y, _step in found if y - _y < 4 * step)
            ):
                continue
            # The middle is three modules high: its first row is one and a half above it.
            down = y + 1.5 * step - 0.5
            if _rings(rows, middle, down, step):
                found.append((middle, down, step))
    yield from found


def _rings(rows: list[bytes], x: float, y: float, step: float) -> bool:
    """Whether a dark middle, a light ring, a dark ring and light around them stand here, straight and slantwise."""
    for distance, dark in ((1, 1), (2, 0), (3, 1)):
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                place = round(y + down * distance * step), round(x + across * distance * step)
                if not (0 <= place[0] < len(rows) and 0 <= place[1] < len(rows[0])):
                    return False
                if (across or down) and rows[place[0]][place[1]] != dark:
                    return False
    return True


def decode(square: Square) -> str:
    """Return what the modules say. Raises ValueError for a code that is wrong in any codeword."""
    size = len(square)
    version = (size - 17) // 4
    level, mask = _format(square)
    blocks = [n for times, n in BLOCKS[level][version - 1] for _one in range(times)]
    bits = "".join(str(square[y][x] ^ MASKS[mask](y, x)) for y, x in _path(size, version))
    words = [int(bits[at : at + 8], 2) for at in range(0, ALL[version - 1] * 8, 8)]
    data: list[list[int]] = [[] for _block in blocks]
    rest = iter(words)
    for turn in range(max(blocks)):
        for block, most in zip(data, blocks, strict=True):
            if turn < most:
                block.append(next(rest))
    checks: list[list[int]] = [[] for _block in blocks]
    for place, word in enumerate(rest):
        checks[place % len(blocks)].append(word)
    for block, check in zip(data, checks, strict=True):
        if any(_syndromes([*block, *check], len(check))):
            raise ValueError("a codeword is wrong")
    return _text("".join(f"{word:08b}" for block in data for word in block), version)


def _format(square: Square) -> tuple[int, int]:
    """Return the level of error correction and the mask; both copies must say the same."""
    size = len(square)
    one = [square[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [square[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    two = [square[y][8] for y in range(size - 1, size - 8, -1)] + [
        square[8][x] for x in range(size - 8, size)
    ]
    if one != two:
        raise ValueError("the two copies of the format differ")
    word = int("".join(map(str, one)), 2) ^ 0b101010000010010
    return word >> 13, word >> 10 & 7


def _path(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield the places of data in the order of their bits: up and down in columns of two, from the right."""
    for turn, right in enumerate([x for x in range(size - 1, 0, -2) if x > 6] + [5, 3, 1]):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for y in rows:
            for x in (right, right - 1):
                if not _is_pattern(y, x, size, version):
                    yield y, x


def _is_pattern(y: int, x: int, size: int, version: int) -> bool:
    if 6 in (y, x) or (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9):
        return True
    if version >= 7 and ((y < 6 and x >= size - 11) or (x < 6 and y >= size - 11)):
        return True
    middles = ALIGNMENT[version - 1]
    return any(
        abs(y - down) < 3 and abs(x - across) < 3
        for down in middles
        for across in middles
        if (down, across) not in {(6, 6), (6, size - 7), (size - 7, 6)}
    )


def _syndromes(words: list[int], count: int) -> list[int]:
    """Return what the codewords leave at the roots of the code's polynomial: zeros when all are right."""
    found = []
    for root in range(count):
        value = 0
        for word in words:
            for _time in range(root):
                value = value << 1 ^ (0x11D if value & 0x80 else 0)
            value ^= word
        found.append(value)
    return found


def _text(bits: str, version: int) -> str:
    wide, at, text = version > 9, 0, b""

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at], 2)

    while len(bits) - at >= 4 and (mode := take(4)):
        if mode == 0b0100:
            text += bytes(take(8) for _byte in range(take(16 if wide else 8)))
        elif mode == 0b0010:
            count = take(11 if wide else 9)
            for _pair in range(count // 2):
                two = take(11)
                text += (LETTERS[two // 45] + LETTERS[two % 45]).encode()
            text += LETTERS[take(6)].encode() if count % 2 else b""
        elif mode == 0b0001:
            count = take(12 if wide else 10)
            for first, last in pairwise([*range(0, count, 3), count]):
                digits = last - first
                text += f"{take((0, 4, 7, 10)[digits]):0{digits}d}".encode()
        else:
            raise ValueError(f"mode {mode:04b} is not read here")
    return text.decode()
