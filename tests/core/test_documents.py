"""What a PDF may hide: escaped names, object streams, and streams that say nothing of being one."""

import time
import zlib

import pytest

from apps.core import documents, pdf
from apps.core.documents import Finding, look_into

ACTION = b"7 0 <</S /JavaScript /JS (app.alert(1))>>"
HARMLESS = b"7 0 <</Type /Page /Parent 2 0 R>> /JSON (text)"


def document(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n" + b"\n".join(parts) + b"\ntrailer <<>>\n%%EOF\n"


def stream(
    data: bytes, facts: bytes = b"/Type /ObjStm /N 1 /First 4", filters: bytes = b"/FlateDecode"
) -> bytes:
    said = b" /Filter " + filters if filters else b""
    return b"5 0 obj <<" + facts + said + b">>\nstream\n" + data + b"\nendstream endobj"


def deflated(text: bytes) -> bytes:
    return zlib.compress(text)


@pytest.mark.parametrize(
    "part",
    [
        b"<</S /J#61vaScript /J#53 (app.alert(1))>>",
        b"<</#4a#53 (x)>>",
        b"<</JS(x)>>",
        b"<</Names <</EmbeddedFiles 3 0 R>>>>",
        b"<</AcroForm <</XFA 3 0 R>>>>",
        b"<</#45ncrypt 3 0 R>>",
        stream(deflated(ACTION)),
        stream(deflated(b"7 0 <</J#53 (x)>>")),
        stream(deflated(ACTION), filters=b"[ /FlateDecode ]"),
        stream(deflated(ACTION), facts=b"/Type /Obj#53tm /N 1"),
        stream(ACTION, filters=b""),
        # Readers that do not ask for the type take this for one, too.
        stream(deflated(ACTION), facts=b"/N 1 /First 4"),
        stream(deflated(ACTION)).replace(b"stream\n", b"stream\r\n", 1),
    ],
)
def test_what_runs_opens_or_hides_is_found(part: bytes) -> None:
    assert look_into(document(stream(deflated(HARMLESS)), part)) is Finding.ACTIVE


@pytest.mark.parametrize(
    "part",
    [
        stream(deflated(ACTION)[:-4]),
        stream(b"no deflate"),
        stream(deflated(ACTION), filters=b"/LZWDecode"),
        stream(deflated(ACTION).hex().encode(), filters=b"[/ASCIIHexDecode /FlateDecode]"),
        stream(deflated(ACTION), filters=b"9 0 R"),
        stream(deflated(ACTION), facts=b"/Type /ObjStm /DecodeParms <</Predictor 12>>"),
        stream(deflated(ACTION), facts=b"/Type /ObjStm /F (elsewhere)"),
        stream(deflated(HARMLESS), facts=b"/Type /ObjStm" + b" " * documents.DICTIONARY),
        b"<</Type /ObjStm>>",
    ],
)
def test_object_streams_that_cannot_be_looked_into_are_refused(part: bytes) -> None:
    assert look_into(document(part)) is Finding.UNREADABLE


@pytest.mark.parametrize(
    "part",
    [
        stream(deflated(HARMLESS)),
        stream(HARMLESS, filters=b""),
        b"<</JSON 1 /Launcher 2 /A#20B 3>>",
        stream(deflated(b"1 0 0 1 50 700 cm /F1 12 Tf"), facts=b"/Length 30"),
        stream(deflated(bytes(range(256))), facts=b"/Subtype /Image"),
    ],
)
def test_what_is_plain_passes(part: bytes) -> None:
    assert look_into(document(part, part)) is Finding.CLEAN


def test_our_own_documents_pass() -> None:
    assert look_into(pdf.render("sample", {"title": "纪要", "words": "字"})) is Finding.CLEAN


def test_a_bomb_stops_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_DECODED", 100_000)
    half = stream(deflated(b"7 0 " + b" " * 60_000))
    assert look_into(document(half)) is Finding.CLEAN
    assert look_into(document(half, half)) is Finding.UNREADABLE
    assert look_into(document(stream(deflated(b"1 0 " + b" " * 200_000), facts=b""))) is Finding.UNREADABLE


@pytest.mark.parametrize("part", [b"stream\n" * 300_000, b"#41" * 300_000], ids=["streams", "escapes"])
def test_what_is_made_to_keep_us_busy_is_refused_at_once(part: bytes) -> None:
    begun = time.process_time()
    assert look_into(document(part)) is Finding.UNREADABLE
    assert time.process_time() - begun < 1


def test_many_streams_without_an_end_are_gone_through_once() -> None:
    """Each looked for its end through all of the file."""
    begun = time.process_time()
    assert look_into(document(b"stream\n" * 50_000 + bytes(5_000_000))) is Finding.CLEAN
    assert time.process_time() - begun < 2


def test_a_large_scan_is_looked_into_quickly() -> None:
    page = stream(b"\xff\xd8" + bytes(2_000_000), facts=b"/Subtype /Image", filters=b"/DCTDecode")
    begun = time.process_time()
    assert look_into(document(*[page] * 5)) is Finding.CLEAN
    assert time.process_time() - begun < 1
