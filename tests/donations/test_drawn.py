"""What is drawn is read back: no character of our font leaves a box, and each code leads where it should."""

import io
import struct
from pathlib import Path

import pytest
import typst
from django.conf import settings
from django.urls import reverse
from PIL import Image

from apps.core import clock, pdf, qr
from apps.donations import queries, services
from apps.donations.models import Campaign
from apps.donations.queries.targets import target_of
from apps.donations.services import OfflineGift
from apps.donations.views.posters import PHONE_PPI, poster_facts
from tests import qr_reader
from tests.cast import Cast

WEIGHTS = ("Regular", "Bold")
# A name takes this many characters.
NAME = 60


def characters(font: Path) -> set[int]:
    """Return the code points that a font has: format 12 of its table `cmap` (OpenType)."""
    body = font.read_bytes()
    (tables,) = struct.unpack_from(">H", body, 4)
    records = (struct.unpack_from(">4sLLL", body, 12 + 16 * number) for number in range(tables))
    start = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", body, start + 2)
    found: set[int] = set()
    for number in range(count):
        (offset,) = struct.unpack_from(">L", body, start + 8 + 8 * number)
        if struct.unpack_from(">H", body, start + offset) == (12,):
            (groups,) = struct.unpack_from(">L", body, start + offset + 12)
            for group in range(groups):
                first, last, glyph = struct.unpack_from(">LLL", body, start + offset + 16 + 12 * group)
                found |= {point for point in range(first, last + 1) if glyph + point - first}
    return found


def drawn(words: str) -> bytes:
    """Draw words with our own fonts alone; a character that is not in them raises."""
    return pdf._compile("sample", {"title": words, "words": words}, system_fonts=False, accessible=True)


def test_every_character_of_our_font_is_drawn() -> None:
    have = [characters(pdf.FONTS / f"NotoSansSC-{weight}.ttf") for weight in WEIGHTS]
    assert have[0] == have[1]
    assert len(have[0]) > 20_000
    # What is no sign of its own: controls, and what only marks the next one.
    words = "".join(chr(point) for point in sorted(have[0]) if chr(point).isprintable())
    assert {ord(one) for one in "王䶮·¥壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整"} <= have[0]
    assert pdf.readable(words)
    assert drawn(words).startswith(b"%PDF-")


def test_a_character_that_no_font_of_ours_has_is_told() -> None:
    """Without this the test above could not fail."""
    with pytest.raises(typst.TypstError):
        drawn("西夏𗀀")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "https://cishan.example.org/certificate/ABCDEFGHJKLMNP/",
        "HTTPS://EXAMPLE.ORG/1234567890123456789012345678901234567890",
        "https://example.org/" + "a-long-way/" * 9,
    ],
)
def test_codes_are_read_back_by_the_standard_alone(address: str) -> None:
    rows = pdf.qr_rows(address)
    square = [[int(one) for one in row] for row in rows]
    assert qr_reader.decode(square) == address
    square[-1][-1] ^= 1
    with pytest.raises(ValueError, match="codeword"):
        qr_reader.decode(square)
    assert qr.svg(address).startswith("<svg")


@pytest.mark.django_db
def test_a_certificates_code_opens_its_check_page(cast: Cast) -> None:
    gift = OfflineGift(cast.fund, 12_345_67, "cash", clock.today(), "K", name="䶮" * NAME)
    booked = services.record_offline(gift, by=cast.finance)
    made = services.make_certificate(booked, prints_full_name=True, shows_amount=True, by=None)
    facts = queries.certificate_facts(made)
    assert facts["capitals"] == "壹万贰仟叁佰肆拾伍元陆角柒分"
    picture = Image.open(io.BytesIO(pdf.picture("certificate", facts)))
    path = reverse("donations:certificate", args=[made.code])
    assert qr_reader.read(picture) == settings.SITE_URL + path


@pytest.mark.django_db
def test_a_posters_code_opens_the_give_page(cast: Cast, campaign: Campaign) -> None:
    for code in (cast.fund.code, campaign.code):
        target = target_of(code)
        assert target is not None
        body = pdf.render_picture("poster", poster_facts(target, "phone"), ppi=PHONE_PPI // 2)
        path = reverse("donations:give", args=[code])
        assert qr_reader.read(Image.open(io.BytesIO(body))) == settings.SITE_URL + path
