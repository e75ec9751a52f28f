"""Photographs that people and attackers send."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from apps.core import files
from apps.core.models import StoredFile
from apps.core.verdicts import Refused

ORIENTATION, GPS = 0x0112, 0x8825
SECRET = b"29.0283N-106.6514E"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(
    size: tuple[int, int] = (400, 300), mode: str = "RGB", colour: Any = (11, 102, 80)
) -> Image.Image:
    return Image.new(mode, size, colour)


def encoded(image: Image.Image, kind: str = "JPEG", **extra: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **extra)
    return buffer.getvalue()


def sent(body: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, kind)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int) -> bytes:
    """Return a PNG of zeros made row by row, so that making the bomb does not take its memory."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width + 1)) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("evil.sh", "echo no")
    return buffer.getvalue()


@contextmanager
def memory_stays_below(megabytes: int) -> Iterator[None]:
    """Fail when the process's memory rises by more than this at its highest moment (Linux tells)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        yield
        return
    before = _high_water()
    yield
    assert _high_water() - before < megabytes


def _high_water() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_kept_as_jpeg_with_a_thumbnail(db: None, kind: str) -> None:
    row = files.keep_picture(sent(encoded(picture((3000, 2000)), kind)), by_id=7)
    assert (row.width, row.height, row.content_type) == (2000, 1333, "image/jpeg")
    assert not row.is_public and row.stored_by_id == 7
    with Image.open(files.location(row)) as kept, Image.open(files.location(row, small=True)) as small:
        assert kept.format == "JPEG" and max(small.size) == 640


def test_an_iphones_photograph_is_kept_without_what_it_says_of_its_owner(db: None) -> None:
    body = (Path(__file__).parent / "samples" / "phone.heic").read_bytes()
    assert SECRET in body
    row = files.keep_picture(sent(body, "IMG_0001.HEIC", "image/heic"), by_id=7)
    kept = files.location(row).read_bytes()
    assert (row.width, row.height, row.content_type) == (320, 240, "image/jpeg") and SECRET not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        red, green, _blue = shown.getpixel((80, 60))  # type: ignore[misc]
        assert red > 150 > green


@pytest.mark.parametrize("end", [20, 300, 600, 730])
def test_half_an_iphones_photograph_is_refused(end: int) -> None:
    body = (Path(__file__).parent / "samples" / "phone.heic").read_bytes()
    with pytest.raises(Refused, match="打不开"):
        files.clean_picture(sent(body[:end]))


def test_an_iphones_bomb_is_refused_by_its_header() -> None:
    body = (Path(__file__).parent / "samples" / "phone.heic").read_bytes()
    claimed = body.replace(struct.pack(">II", 320, 240), struct.pack(">II", 32_000, 24_000))
    assert claimed != body
    with memory_stays_below(20), pytest.raises(Refused):
        files.clean_picture(sent(claimed))


@pytest.mark.parametrize("size", [(12_000, 12_000), (13_000, 14_000), (5001, 5000)])
def test_a_pixel_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    bomb = png_of(*size)
    assert len(bomb) < 300_000
    with memory_stays_below(20), pytest.raises(Refused, match="像素太大"):
        files.clean_picture(sent(bomb))


def test_the_largest_allowed_picture_takes_little_memory() -> None:
    clear = Image.new("RGBA", (2800, 2850), (1, 2, 3, 128))
    bodies = [
        png_of(5000, 5000),
        encoded(clear, "PNG", compress_level=1),
        encoded(clear, "WEBP"),
    ]
    with memory_stays_below(150):
        for body in bodies:
            assert max(files.clean_picture(sent(body)).size) == 2000


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_takes_several_copies_may_have_fewer_pixels(kind: str) -> None:
    body = encoded(Image.new("RGBA", (4001, 2000), (1, 2, 3, 128)), kind)
    with memory_stays_below(20), pytest.raises(Refused, match="800 万"):
        files.clean_picture(sent(body))


def test_a_text_chunk_bomb_is_refused() -> None:
    bomb = b"c\0\0" + zlib.compress(b"A" * 80_000_000, 9)
    body = encoded(picture(), "PNG")
    where = body.index(b"IDAT") - 4
    with pytest.raises(Refused, match="打不开"):
        files.clean_picture(sent(body[:where] + chunk(b"zTXt", bomb) + body[where:]))


@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script>", zipped()], ids=["html", "zip"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_hidden_behind_a_picture_is_gone(db: None, kind: str, tail: bytes) -> None:
    row = files.keep_picture(sent(encoded(picture(), kind) + tail), by_id=None)
    for small in (False, True):
        body = files.location(row, small=small).read_bytes()
        assert b"<script" not in body and b"evil.sh" not in body
        assert body.startswith(b"\xff\xd8\xff") and body.endswith(b"\xff\xd9")


def test_only_photographs_come_in() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><rect width='10' height='10'/></svg>"
    moving = [picture(colour=(n, n, n)) for n in (0, 200)]
    refused: dict[str, bytes] = {
        "gif": encoded(picture(), "GIF"),
        "gif of many": encoded(moving[0], "GIF", save_all=True, append_images=moving[1:] * 50),
        "tiff": encoded(picture(), "TIFF"),
        "bmp": encoded(picture(), "BMP"),
        "ico": encoded(picture((64, 64)), "ICO"),
        "svg": svg,
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "psd": b"8BPS\0\x01" + bytes(40),
        "fits": b"SIMPLE  =                    T" + b" " * 2850,
        "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n",
        "zip": zipped(),
        "html": b"<!doctype html><script>alert(1)</script>",
        "text": "照片".encode(),
        "moving webp": encoded(moving[0], "WEBP", save_all=True, append_images=moving[1:]),
        "moving png": encoded(moving[0], "PNG", save_all=True, append_images=moving[1:]),
        "truncated": encoded(picture((900, 900)), "JPEG")[:-400],
        "truncated png": encoded(picture((900, 900)), "PNG")[:-60],
        "half a header": encoded(picture(), "JPEG")[:40],
        "wrong sum": encoded(picture(), "PNG")[:-20] + bytes(20),
        "0x0": png_of(0, 0),
        "1x65500": png_of(1, 65_500),
        "1x1": encoded(picture((1, 1)), "PNG"),
    }
    for name, body in refused.items():
        with pytest.raises(Refused) as raised:
            files.clean_picture(sent(body, f"{name}.png", "image/png"))
        assert raised.value.field == "photos", name


def test_size_is_bounded() -> None:
    with pytest.raises(Refused, match="15 MB"):
        files.clean_picture(sent(b""))
    with pytest.raises(Refused, match="15 MB"):
        files.clean_picture(sent(encoded(picture()) + bytes(files.MAX_BYTES)))


def test_nothing_but_pixels_survives(db: None) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x927C] = SECRET
    exif.get_ifd(GPS)[2] = (29.0, 1.0, 41.9)
    exif.get_ifd(GPS)[29] = SECRET.decode()
    jpeg = encoded(
        picture(), "JPEG", exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET, icc_profile=SECRET
    )
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    png = encoded(picture(), "PNG", exif=exif, pnginfo=notes)
    webp = encoded(picture(), "WEBP", exif=exif, xmp=SECRET)
    for body in (jpeg, png, webp):
        row = files.keep_picture(sent(body), by_id=None)
        for small in (False, True):
            kept = files.location(row, small=small).read_bytes()
            assert SECRET not in kept and b"Exif" not in kept and b"xmp" not in kept.lower()
            with Image.open(io.BytesIO(kept)) as opened:
                opened.load()
                assert not opened.getexif() and not {"comment", "icc_profile", "xmp"} & set(opened.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(orientation: int, kind: str) -> None:
    upright = picture((60, 40), colour="white")
    upright.paste((255, 0, 0), (0, 0, 20, 20))
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    seen = files.clean_picture(sent(encoded(stored, kind, exif=exif)))
    assert seen.size == (60, 40)
    corners = [seen.getpixel(place) for place in ((4, 4), (55, 4), (4, 35), (55, 35))]
    reds = [pixel[0] > 180 and pixel[1] < 90 for pixel in corners]  # type: ignore[index]
    assert reds == [True, False, False, False]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = Image.new(mode, (64, 64)) if mode == "I;16" else picture((64, 64)).convert(mode)
    assert files.clean_picture(sent(encoded(source, kind))).mode == "RGB"


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert files.clean_picture(sent(encoded(clear, "PNG"))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "name",
    ["../../x", "a.png.html", "x" * 300, 'a"\r\nX: y.jpg', "\u202egpj.exe", "/etc/passwd", "NUL\0.jpg"],
)
def test_a_file_never_lies_under_the_name_it_came_with(db: None, name: str, tmp_path: Path) -> None:
    upload = sent(encoded(picture()))
    upload._name = name  # a client may send anything; Django's own cleaning is not what holds here
    row = files.keep_picture(upload, by_id=None)
    place = files.location(row).resolve()
    assert place.is_relative_to(tmp_path.resolve()) and place.name == row.code
    assert len(row.code) == 16 and row.code.isalnum()


def test_only_public_pictures_are_served(db: None, client: Client) -> None:
    row = files.keep_picture(sent(encoded(picture())), by_id=None)
    address = f"/files/{row.code}/"
    assert client.get(address).status_code == 404
    StoredFile.objects.update(is_public=True)
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    for other in (row.code.lower(), row.code[:-1], "..%2f..%2fetc%2fpasswd", "%00", "0", "-1", "9" * 40):
        assert client.get(f"/files/{other}/").status_code == 404


def test_a_cache_asks_again_after_a_day_and_what_is_withheld_is_gone_then(db: None, client: Client) -> None:
    row = files.keep_picture(sent(encoded(picture())), by_id=None, is_public=True)
    places = [f"/files/{row.code}/{ending}" for ending in ("", "small/", "document/")]
    tags = []
    for place in places:
        answer = client.get(place)
        assert answer["Cache-Control"] == "public, max-age=86400, must-revalidate"
        tags.append(answer["ETag"])
        again = client.get(place, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
        assert client.get(place, headers={"If-None-Match": '"another"'}).status_code == 200
    assert tags[0] != tags[1]
    StoredFile.objects.update(is_public=False)
    for place, tag in zip(places, tags, strict=True):
        assert client.get(place, headers={"If-None-Match": tag}).status_code == 404


def test_a_picture_whose_file_another_took_away_is_not_there_and_not_covered(
    db: None, client: Client
) -> None:
    row = files.keep_picture(sent(encoded(picture())), by_id=None, is_public=True)
    files.location(row).unlink()
    assert client.get(f"/files/{row.code}/").status_code == 404
    with pytest.raises(Refused, match="重新打开") as refusal:
        files.blurred(row, [(0, 0, 20, 20)])
    assert refusal.value.field == "areas"


def pdf(middle: bytes = b"", tail: bytes = b"%%EOF\n") -> bytes:
    return b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n" + middle + b"\ntrailer <</Root 1 0 R>>\n" + tail


def test_a_pdf_is_kept_as_it_came_and_only_downloads(db: None, client: Client) -> None:
    body = pdf()
    row = files.keep_document(sent(body, "<b>.html", "text/html"), by_id=7, is_public=True)
    assert (row.content_type, row.size, files.location(row).read_bytes()) == (files.PDF, len(body), body)
    answer = client.get(f"/files/{row.code}/document/")
    assert b"".join(answer.streaming_content) == body  # type: ignore[attr-defined]
    assert answer["Content-Type"] == files.PDF
    assert answer["Content-Disposition"] == f'attachment; filename="{row.code}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    for inline in (f"/files/{row.code}/", f"/files/{row.code}/small/"):
        assert client.get(inline).status_code == 404
    StoredFile.objects.update(is_public=False)
    assert client.get(f"/files/{row.code}/document/").status_code == 404


def test_a_scanned_page_is_cleaned_and_downloads_too(db: None, client: Client) -> None:
    row = files.keep_document(sent(encoded(picture()) + SECRET), by_id=None, is_public=True)
    assert row.content_type == "image/jpeg" and SECRET not in files.location(row).read_bytes()
    answer = client.get(f"/files/{row.code}/document/")
    assert answer["Content-Disposition"] == f'attachment; filename="{row.code}.jpg"'


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "文件要是 PDF"),
        (b"\n%PDF-1.7 %%EOF", "文件要是 PDF"),
        (b"<html><script>1</script>", "文件要是 PDF"),
        (zipped(), "文件要是 PDF"),
        (pdf(tail=b"%%EOF" + b" " * 2000), "不完整"),
        (pdf(b"<</S /JavaScript /JS (app.alert(1))>>"), "脚本"),
        (pdf(b"<</Type /EmbeddedFile>>"), "附件"),
        (pdf(b"<</Encrypt 5 0 R>>"), "密码"),
        (pdf(b"0" * files.PDF_BYTES), "20 MB"),
    ],
    ids=range(9),
)
def test_what_is_no_document_is_refused(db: None, body: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        files.keep_document(sent(body, "decree.pdf", "application/pdf"), by_id=None, field="scan")
    assert refusal.value.field == "scan"
    assert not StoredFile.objects.exists() and not any(path.is_file() for path in tmp_path.rglob("*"))
