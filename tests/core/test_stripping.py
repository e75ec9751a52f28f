"""What says who made a PDF goes out of it without moving a byte, wherever it lies; what cannot go is refused."""

import base64
import io
import re
import time
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.core import documents, files, pdf
from apps.core.stripping import stripped
from apps.core.verdicts import Refused
from tests.bench import memory

SECRET = b"Zhang Jianhua, Room 3-2"
XMP = b"<?xpacket begin=''?><x:xmpmeta><dc:creator>" + SECRET + b"</dc:creator></x:xmpmeta>"


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    buffer = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((80, 80)).save(
        buffer, "JPEG", exif=exif, comment=SECRET, xmp=XMP
    )
    return buffer.getvalue()


def stream(number: int, dictionary: bytes, data: bytes) -> bytes:
    return b"%d 0 obj <<%s /Length %d>> stream\n%s\nendstream endobj\n" % (
        number,
        dictionary,
        len(data),
        data,
    )


def document(*parts: bytes, trailer: bytes = b"/Info 2 0 R") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj <</Type /Catalog /Metadata 3 0 R>> endobj\n"
        + b"".join(parts)
        + b"trailer <</Root 1 0 R "
        + trailer
        + b">>\n%%EOF\n"
    )


def packed(*objects: tuple[int, bytes]) -> bytes:
    """An object stream (ISO 32000-1, 7.5.7)."""
    pairs, bodies = [], b""
    for number, body in objects:
        pairs.append(b"%d %d" % (number, len(bodies)))
        bodies += body + b" "
    head = b" ".join(pairs) + b" "
    data = zlib.compress(head + bodies, 9)
    dictionary = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), len(head))
    return stream(9, dictionary, data)


INFO = b"/Author (" + SECRET + b") /Producer <" + SECRET.hex().encode() + b"> /Custom (\\(" + SECRET + b"))"
UTF16 = b"/Title (" + SECRET.decode().encode("utf-16-be").replace(b"(", b"\\(") + b")"
CARRIERS = {
    "info": document(b"2 0 obj <<" + INFO + b">> endobj\n"),
    "info without a trailer's word": document(b"7 0 obj <</Author (" + SECRET + b")>> endobj\n", trailer=b""),
    "escaped name": document(b"7 0 obj <</Auth#6fr (" + SECRET + b")>> endobj\n", trailer=b""),
    "utf-16": document(b"2 0 obj <<" + UTF16 + b">> endobj\n"),
    "a string elsewhere": document(b"2 0 obj <</Custom 5 0 R>> endobj 5 0 obj (" + SECRET + b") endobj\n"),
    "an older version": document(b"2 0 obj <<" + INFO + b">> endobj 2 0 obj <</Title (x)>> endobj\n"),
    "written in the trailer": document(trailer=b"/Info <</Title (" + SECRET + b")>>"),
    "packed": document(
        packed((2, b"<<" + INFO + b">>"), (4, b"<</Author 6 0 R>>"), (6, b"(" + SECRET + b")"))
    ),
    "packed, strings apart": document(packed((2, b"<</X 6 0 R>>")), b"6 0 obj (" + SECRET + b") endobj\n"),
    "xmp": document(stream(3, b"/Type /Metadata /Subtype /XML", XMP)),
    "packed xmp": document(stream(3, b"/Type/Metadata/Subtype/XML/Filter/FlateDecode", zlib.compress(XMP))),
    "xmp by another name": document(stream(3, b"/Filter /FlateDecode", zlib.compress(XMP))),
    "remark": document(b"8 0 obj <</Subtype /Text /T (" + SECRET + b") /M (D:2026)>> endobj\n"),
    "picture": document(stream(4, b"/Subtype /Image /Filter /DCTDecode", jpeg())),
    "packed picture": document(
        stream(4, b"/Filter [/FlateDecode /DCTDecode]", zlib.compress(jpeg(), 1)),
    ),
    "picture in letters": document(
        stream(4, b"/Filter [ /ASCII85Decode /DCTDecode ]", base64.a85encode(jpeg(), wrapcol=72) + b"~>"),
    ),
    "two pictures in one": document(stream(4, b"/Filter /DCTDecode", jpeg() + jpeg())),
    "jpeg 2000": document(
        stream(4, b"/Filter /JPXDecode", b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\x1fxml " + SECRET)
    ),
}


def everything(body: bytes) -> bytes:
    """Return the bytes of a PDF and, inflated, of every stream that can be inflated."""
    found = [body]
    for part in re.findall(rb"stream\n(.*?)\nendstream", body, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(part))
        with suppress(ValueError):
            found.append(base64.a85decode(part.split(b"~>")[0]))
    return b"".join(found)


@pytest.mark.parametrize("body", CARRIERS.values(), ids=CARRIERS)
def test_nothing_says_who_made_it(body: bytes) -> None:
    told = (SECRET, SECRET.hex().encode(), SECRET.decode().encode("utf-16-be"))
    assert any(one in everything(body) for one in told), "the file carries what is to be taken out"
    assert documents.look_into(body) is documents.Finding.CLEAN
    bare = stripped(body)
    assert len(bare) == len(body) and documents.look_into(bare) is documents.Finding.CLEAN
    assert not any(one in everything(bare) for one in told)
    assert stripped(bare) == bare, "once is enough"


def test_what_is_seen_stays() -> None:
    page = b"5 0 obj <</Type /Page /Contents 6 0 R>> endobj\n" + stream(6, b"", b"BT (Author: nobody) Tj ET")
    kept = page + packed((7, b"<</Type /Font /Name /F1>>"))
    body = document(b"2 0 obj <<" + INFO + b">> endobj\n", kept, stream(4, b"/Filter /DCTDecode", jpeg()))
    bare = stripped(body)
    assert kept in bare
    start = bare.index(b"\xff\xd8\xff")
    with Image.open(io.BytesIO(bare[start:])) as seen, Image.open(io.BytesIO(jpeg())) as sent:
        assert seen.convert("RGB").tobytes() == sent.convert("RGB").tobytes()
        assert not any(seen.getexif().values())


def test_our_own_documents_lose_their_facts_and_nothing_else() -> None:
    body = pdf.render("sample", {"title": SECRET.decode(), "words": "一行字"})
    bare = stripped(body)
    assert len(bare) == len(body) and b"xmpmeta" in body and b"xmpmeta" not in bare


@pytest.mark.parametrize(
    "body",
    [
        document(b"7 0 obj <</PieceInfo <</Illustrator 8 0 R>>>> endobj\n"),
        document(b"7 0 obj <</Piece#49nfo 8 0 R>> endobj\n"),
        document(stream(4, b"/Filter [/LZWDecode /DCTDecode]", b"\x80\x0b\x60")),
        document(b"2 0 obj <</Author (" + SECRET + b" endobj\n"),
        document(stream(9, b"/Type /ObjStm /N 1 /Filter /FlateDecode", zlib.compress(b"2 0 <<>>"))),
    ],
    ids=[
        "private data",
        "private data, escaped",
        "a picture in letters",
        "a string without end",
        "no way in",
    ],
)
def test_what_cannot_go_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(Refused, match="打印为 PDF") as refusal:
        files.clean_document(SimpleUploadedFile("a.pdf", body), field="voucher")
    assert refusal.value.field == "voucher"


def test_a_signed_paper_is_kept_to_the_byte_and_what_follows_the_end_goes() -> None:
    body = CARRIERS["info"]
    assert files.clean_document(SimpleUploadedFile("a.pdf", body), signed=True) == body
    told = files.clean_document(SimpleUploadedFile("a.pdf", body + b"PK" + SECRET))
    assert isinstance(told, bytes) and SECRET not in told and told.endswith(b"%%EOF\n")


@pytest.mark.parametrize("key", [b"/T(", b"/Info<<", b"2 0 obj<<"])
def test_what_is_nested_without_end_is_gone_through_once(key: bytes) -> None:
    deep = 20_000
    close = b")" if key.endswith(b"(") else b">>"
    body = document(b"2 0 obj <</X 1>> endobj\n" + key * deep + close * deep)
    began = time.process_time()
    stripped(body)
    assert time.process_time() - began < 1


def test_memory_stays_within_a_few_copies(full: bool) -> None:
    """Small at the gate; with `--full` the largest files that are taken, each in a process of its own."""
    body = memory.large_pdf(1 * memory.MIB)
    tracemalloc.start()
    stripped(body)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 6 * len(body)
    for kind in ("pdf", "heic") if full else ():
        assert memory.peak(kind, full=True) < memory.MOST, kind
