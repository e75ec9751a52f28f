"""Keeping what people send. Pictures are decoded, turned upright, stripped of everything but pixels and written anew.

Of a PDF what says who made it is overwritten (`core.stripping`), and it is only ever handed out as a download
(`core.views.document`); what says that it runs, opens or hides something is refused (`core.documents`). A signed paper
is kept as it came where it stays between those who signed, because a changed byte breaks an electronic signature.
"""

import hashlib
import io
import math
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pi_heif import register_heif_opener
from PIL import Image, ImageFilter, ImageOps

from apps.core import clock, documents, stripping
from apps.core.codes import new_code
from apps.core.models import StoredFile
from apps.core.verdicts import Refused

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 25_000_000
# A WebP or a transparent picture takes several copies of all its pixels while it is shrunk, where others take one.
HEAVY_PIXELS = 8_000_000
# Into so many tiles a covered area is cut along each side.
TILES = 4
MIN_EDGE, MAX_RATIO = 16, 20
LONG_EDGE, THUMBNAIL_EDGE = 2000, 640
PDF_BYTES = 20 * 1024 * 1024
PDF, PDF_HEAD, PDF_END, PDF_TAIL = "application/pdf", b"%PDF-", b"%%EOF", 1024
OFD, OFD_HEAD, OFD_PARTS = "application/ofd", b"PK\x03\x04", 2000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# iPhones send HEIC. Nothing but the main picture is looked at.
register_heif_opener(thumbnails=False)
_TOO_MANY_PIXELS = gettext_lazy("图片像素太大（超过 2500 万），请用手机相册里的“压缩”后再传。")


def clean_picture(upload: "UploadedFile[bytes]") -> Image.Image:
    """Return the upload's pixels as an upright RGB picture without any metadata.

    Raises `Refused` with a sentence for anything but a sound JPEG, PNG, WebP or HEIC photograph of sensible size.
    """
    if not upload.size or upload.size > MAX_BYTES:
        raise Refused(_("图片要在 15 MB 以内，也不能是空文件。"), "photos")
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as opened:
            _check_shape(opened)
            # A JPEG is decoded small right away; any other is shrunk before it is copied, so that memory stays low.
            opened.draft("RGB", (LONG_EDGE, LONG_EDGE))
            opened.thumbnail((LONG_EDGE, LONG_EDGE))
            upright = _on_white(ImageOps.exif_transpose(opened))
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Refused(_TOO_MANY_PIXELS, "photos") from error
    except Exception as error:
        # Pillow raises many kinds for hostile files; none of them is more than "not a picture" to the sender.
        raise Refused(_("这个文件打不开，请传 JPG、PNG、WebP 或 HEIC 照片。"), "photos") from error
    # Comments and profiles travel along with a picture through every operation but this one.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _check_shape(opened: Image.Image) -> None:
    """Refuse by what the header says, before a pixel is decoded."""
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise Refused(_TOO_MANY_PIXELS, "photos")
    if width * height > HEAVY_PIXELS and (opened.format == "WEBP" or opened.has_transparency_data):
        raise Refused(_("WebP 和透明的图片最多 800 万像素，请存成 JPG 再传。"), "photos")
    if min(width, height) < MIN_EDGE or max(width, height) > MAX_RATIO * min(width, height):
        raise Refused(_("图片太小或太窄，看不出内容，请换一张。"), "photos")
    # A phone's JPEG may carry a second picture (MPO); the first is the photograph.
    if getattr(opened, "is_animated", False) and opened.format != "MPO":
        raise Refused(_("请传照片，不要传动图。"), "photos")


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in RGB; what is transparent becomes white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    paper = Image.new("RGB", layers.size, "white")
    paper.paste(layers, mask=layers.getchannel("A"))
    return paper


def keep_picture(upload: "UploadedFile[bytes]", *, by_id: int | None, is_public: bool = False) -> StoredFile:
    """Clean an uploaded photograph and keep it as JPEG together with a thumbnail; return its row."""
    return keep_pixels(clean_picture(upload), by_id=by_id, is_public=is_public)


def keep_pixels(picture: Image.Image, *, by_id: int | None, is_public: bool = False) -> StoredFile:
    """Write a picture and its thumbnail below MEDIA_ROOT and return the row that names them."""
    row = _keep(_jpeg(picture), "image/jpeg", by_id=by_id, is_public=is_public, size=picture.size)
    small = picture.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    location(row, small=True).write_bytes(_jpeg(small))
    return row


def keep_document(
    upload: "UploadedFile[bytes]",
    *,
    by_id: int | None,
    is_public: bool = False,
    field: str = "files",
    ofd: bool = False,
    signed: bool = False,
) -> StoredFile:
    """Keep a document: a PDF stripped of who made it, a scanned or photographed page as a cleaned picture; return its
    row. With `signed`, a PDF is kept as it came; such a file must never become public.

    With `ofd`, the national layout format (GB/T 33190) of electronic receipts and invoices is kept as it came, too.

    Raises `Refused`, naming `field`, for anything else, by what the file holds and never by what it is called.
    """
    upload.seek(0)
    if ofd and upload.read(len(OFD_HEAD)) == OFD_HEAD:
        return _keep(_clean_ofd(upload, field), OFD, by_id=by_id, is_public=is_public)
    return keep_cleaned(clean_document(upload, field=field, signed=signed), by_id=by_id, is_public=is_public)


def clean_document(
    upload: "UploadedFile[bytes]", *, field: str = "files", signed: bool = False
) -> Image.Image | bytes:
    """Return a PDF's bytes without what says who made it (`signed`: as they came), or a scanned or photographed page as
    a cleaned picture.

    Takes its time, so verbs call it before they lock. Raises as `keep_document` does.
    """
    upload.seek(0)
    if upload.read(len(PDF_HEAD)) == PDF_HEAD:
        return _clean_pdf(upload, field, signed)
    try:
        return clean_picture(upload)
    except Refused as refusal:
        raise Refused(
            _("文件要是 PDF，或者扫描、拍照的 JPG、PNG、WebP。%(reason)s") % {"reason": refusal.reason}, field
        ) from refusal


def keep_cleaned(cleaned: Image.Image | bytes, *, by_id: int | None, is_public: bool = False) -> StoredFile:
    """Keep what `clean_document` returned and return its row."""
    if isinstance(cleaned, bytes):
        return _keep(cleaned, PDF, by_id=by_id, is_public=is_public)
    return keep_pixels(cleaned, by_id=by_id, is_public=is_public)


def fingerprint(cleaned: Image.Image | bytes) -> str:
    """Return the SHA-256 in hex of what `keep_cleaned` writes, as its row names it."""
    return hashlib.sha256(cleaned if isinstance(cleaned, bytes) else _jpeg(cleaned)).hexdigest()


def discard(row: StoredFile) -> None:
    """Delete a file that nothing refers to any more: its row now, its bytes once that is certain."""
    places = (location(row), location(row, small=True), beside(location(row)))
    row.delete()
    for place in places:
        transaction.on_commit(partial(place.unlink, missing_ok=True))


def bare_pdf(body: bytes) -> bytes:
    """Return a PDF without what says who made it and without what follows its end. Raises `stripping.Unstrippable`."""
    if PDF_END not in body:
        raise stripping.Unstrippable
    return stripping.stripped(body[: body.rindex(PDF_END) + len(PDF_END)] + b"\n")


def _clean_pdf(upload: "UploadedFile[bytes]", field: str, signed: bool) -> bytes:
    if not upload.size or upload.size > PDF_BYTES:
        raise Refused(_("PDF 文件要在 20 MB 以内。"), field)
    upload.seek(0)
    body: bytes = upload.read()
    if PDF_END not in body[-PDF_TAIL:]:
        raise Refused(_("这个 PDF 不完整，请重新导出再传。"), field)
    match documents.look_into(body):
        case documents.Finding.ACTIVE:
            raise Refused(_("这个 PDF 带有密码、脚本或附件，请另存为普通 PDF 再传。"), field)
        case documents.Finding.UNREADABLE:
            raise Refused(_("这个 PDF 的内部结构没法检查，请用“打印为 PDF”重新导出再传。"), field)
    if signed:
        return body
    try:
        return bare_pdf(body)
    except stripping.Unstrippable as error:
        sentence = _("这个 PDF 里的作者、时间等信息去不掉，请用“打印为 PDF”重新导出再传。")
        raise Refused(sentence, field) from error


def _clean_ofd(upload: "UploadedFile[bytes]", field: str) -> bytes:
    """Return an OFD as it came: a ZIP of sensible size with its index inside, never unpacked here."""
    if not upload.size or upload.size > PDF_BYTES:
        raise Refused(_("OFD 文件要在 20 MB 以内。"), field)
    upload.seek(0)
    body: bytes = upload.read()
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [part.filename for part in archive.infolist()]
    except Exception as error:
        # zipfile raises many kinds for hostile files; none is more than "not an OFD" to the sender.
        raise Refused(_("这个 OFD 文件打不开，请重新下载再传。"), field) from error
    if "OFD.xml" not in names or len(names) > OFD_PARTS:
        raise Refused(_("这个文件不是 OFD 版式文件，请重新下载再传。"), field)
    return body


def _keep(
    body: bytes, content_type: str, *, by_id: int | None, is_public: bool, size: tuple[int, int] = (0, 0)
) -> StoredFile:
    row = StoredFile(
        code=new_code("", 16),
        content_type=content_type,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        width=size[0],
        height=size[1],
        is_public=is_public,
        stored_at=clock.now(),
        stored_by_id=by_id,
    )
    place = location(row)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(body)
    row.save()
    return row


def beside(place: Path) -> Path:
    """Return where a file's clean bytes lie until its row names them (`core.cleaning`)."""
    return place.with_name(place.name + ".clean")


def location(row: StoredFile, *, small: bool = False) -> Path:
    """Return where the file (or its thumbnail) lies on disk."""
    return Path(settings.MEDIA_ROOT) / (row.path + (".small" if small else ""))


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82, optimize=True)
    return buffer.getvalue()


def blurred(row: StoredFile, areas: Sequence[tuple[float, float, float, float]]) -> Image.Image:
    """Return a kept picture with rectangles made unrecognisable: left, top, width, height in percent.

    Each is reduced to a few tiles before it is smoothed, so that nothing can be sharpened back out of it. Raises
    `Refused` for a picture that another has taken the place of meanwhile.
    """
    try:
        with Image.open(location(row)) as opened:
            picture = opened.convert("RGB")
    except FileNotFoundError as error:
        raise Refused(_("这张照片刚被别人改过，请重新打开再遮。"), "areas") from error
    wide, high = picture.size
    for left, top, width, height in areas:
        box = (
            int(wide * left / 100),
            int(high * top / 100),
            min(math.ceil(wide * (left + width) / 100), wide),
            min(math.ceil(high * (top + height) / 100), high),
        )
        size = (box[2] - box[0], box[3] - box[1])
        if min(size) < 1:
            continue
        few = picture.crop(box).resize((TILES, TILES), Image.Resampling.BOX)
        tiles = few.resize(size, Image.Resampling.NEAREST)
        picture.paste(tiles.filter(ImageFilter.GaussianBlur(max(size) / TILES / 2)), box)
    return picture
