"""Flat drawings in place of photographs: no faces, no door numbers."""

import io
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1280, 800
WALL, FLOOR, INK, GREEN, MINT, SAND, PAPER = (
    "#EDE8DC", "#D8C29A", "#1A211E", "#0B6650", "#CFE3DA", "#D6BE93", "#FBFAF6",
)  # fmt: skip
Pen = ImageDraw.ImageDraw


def _room(pen: Pen) -> None:
    pen.rectangle((0, 600, WIDTH, HEIGHT), fill=FLOOR, outline=INK, width=4)
    pen.rectangle((120, 120, 420, 400), fill=MINT, outline=INK, width=5)
    pen.line((270, 120, 270, 400), fill=INK, width=5)
    pen.line((120, 260, 420, 260), fill=INK, width=5)


def lunch(pen: Pen) -> None:
    """A lunch box, a cup and chopsticks on a table."""
    _room(pen)
    pen.rounded_rectangle((460, 440, 900, 640), 24, fill=GREEN, outline=INK, width=6)
    pen.ellipse((500, 470, 660, 610), fill=PAPER, outline=INK, width=5)
    pen.rounded_rectangle((690, 470, 870, 535), 20, fill=INK)
    for i in range(3):
        pen.ellipse((700 + i * 58, 555, 745 + i * 58, 600), fill=(MINT, SAND, GREEN)[i], outline=INK, width=4)
    pen.rectangle((980, 470, 1100, 640), fill=MINT, outline=INK, width=6)
    pen.line((440, 700, 820, 670), fill=INK, width=12)


def classroom(pen: Pen) -> None:
    """A bookshelf and desks."""
    pen.rectangle((0, 620, WIDTH, HEIGHT), fill=FLOOR, outline=INK, width=4)
    pen.rectangle((160, 100, 1120, 330), fill=PAPER, outline=INK, width=6)
    for i in range(22):
        pen.rectangle(
            (180 + i * 42, 140 + (i * 37) % 60, 212 + i * 42, 326),
            fill=(GREEN, MINT, SAND, INK)[i % 4],
            outline=INK,
        )
    for x in (300, 720):
        pen.rectangle((x, 480, x + 280, 510), fill=SAND, outline=INK, width=5)
        pen.line((x + 20, 510, x + 20, 640), fill=INK, width=8)
        pen.line((x + 260, 510, x + 260, 640), fill=INK, width=8)
        pen.polygon([(x + 70, 478), (x + 140, 440), (x + 210, 478)], fill=PAPER, outline=INK)


def stairs(pen: Pen) -> None:
    """A stairway with a green handrail."""
    for i in range(9):
        pen.rectangle((120 + i * 120, 640 - i * 60, WIDTH, HEIGHT), fill=PAPER, outline=INK, width=5)
        pen.rectangle((120 + i * 120, 636 - i * 60, 240 + i * 120, 650 - i * 60), fill=INK)
    pen.line((150, 430, 1180, -90), fill=GREEN, width=22)
    for i in range(4):
        pen.line((210 + i * 260, 400 - i * 131, 210 + i * 260, 590 - i * 125), fill=GREEN, width=12)


def parcels(pen: Pen) -> None:
    """Stacked parcels."""
    _room(pen)
    for column, count in enumerate((3, 2, 3)):
        for row in range(count):
            left, top = 480 + column * 210, 560 - row * 150
            pen.rectangle(
                (left, top, left + 190, top + 140),
                fill=(SAND, MINT)[(row + column) % 2],
                outline=INK,
                width=6,
            )
            pen.line((left + 95, top, left + 95, top + 140), fill=GREEN, width=14)


def street(pen: Pen) -> None:
    """A lane at night with lamps."""
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill="#3A4540")
    pen.polygon([(420, 340), (860, 340), (1280, 800), (0, 800)], fill="#59635D")
    for x in (180, 1060):
        pen.line((x, 220, x, 720), fill=INK, width=16)
        pen.ellipse((x - 70, 150, x + 70, 290), fill="#F2E3B3", outline=INK, width=6)
    pen.rectangle((430, 90, 850, 340), fill=INK)
    for i in range(4):
        pen.rectangle((470 + i * 95, 140, 520 + i * 95, 200), fill=("#F2E3B3", "#59635D")[i % 2])


def ramp(pen: Pen) -> None:
    """A ramp with a rail and a wheelchair's wheels."""
    pen.polygon([(80, 700), (1200, 700), (1200, 420)], fill=PAPER, outline=INK)
    pen.line((80, 560, 1200, 280), fill=GREEN, width=20)
    for i in range(5):
        pen.line((180 + i * 240, 540 - i * 60, 180 + i * 240, 680 - i * 60), fill=GREEN, width=12)
    pen.ellipse((560, 400, 760, 600), outline=INK, width=14)
    pen.ellipse((780, 490, 850, 560), outline=INK, width=12)
    pen.line((620, 300, 640, 470, 820, 470, 830, 520), fill=INK, width=14, joint="curve")


def garden(pen: Pen) -> None:
    """Beds of plants between paths."""
    pen.rectangle((0, 300, WIDTH, HEIGHT), fill=SAND)
    for row in range(3):
        for column in range(4):
            left, top = 90 + column * 290, 340 + row * 150
            pen.rounded_rectangle(
                (left, top, left + 240, top + 110), 20, fill="#8C7A58", outline=INK, width=5
            )
            for i in range(5):
                x = left + 30 + i * 45
                pen.line((x, top + 80, x, top + 35), fill=GREEN, width=7)
                pen.ellipse(
                    (x - 22, top + 12, x + 22, top + 50),
                    fill=(GREEN, MINT)[(i + row) % 2],
                    outline=INK,
                    width=3,
                )


SCENES: dict[str, Callable[[Pen], None]] = {
    "lunch": lunch, "class": classroom, "stairs": stairs, "parcels": parcels, "street": street, "ramp": ramp,
    "garden": garden, "room": _room,
}  # fmt: skip


def photograph(scene: str, *, name: str = "photo.jpg") -> SimpleUploadedFile:
    """Return a drawing as if a phone had sent it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    SCENES[scene](ImageDraw.Draw(picture))
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=88)
    return SimpleUploadedFile(name, body.getvalue(), content_type="image/jpeg")
