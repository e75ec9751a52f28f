"""What a donor gets after a gift: the address of their own page, the certificate, the year's list."""

import hmac
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock, money, pdf
from apps.core.sealing import blind_index
from apps.donations.models import Certificate, Donation, FiscalReceipt, InKindGift, Pledge
from apps.donations.states import DonationState, ReceiptState
from apps.funds.models import Restriction

KEY_LENGTH = 24
FIRST_YEAR = 2000


def key_of(donation: Donation) -> str:
    """Return what stands in the address of a gift's own page: its code and a keyed hash that only we can make."""
    return f"{donation.code}-{_proof('gift', donation.code)}"


def goods_key(gift: InKindGift) -> str:
    """Return what stands in the address of the donor's own page of a gift in kind."""
    return f"{gift.code}-{_proof('goods', gift.code)}"


def _proof(kind: str, code: str) -> str:
    return blind_index(f"own-{kind}:{code}")[:KEY_LENGTH]


def _proved_code(kind: str, key: str) -> str:
    """Return the code that an own page's address proves to know; empty for any other address."""
    code, _dash, proof = key.rpartition("-")
    is_proved = bool(code) and hmac.compare_digest(proof.encode(), _proof(kind, code).encode())
    return code if is_proved else ""


def gift_of_key(key: str) -> Donation | None:
    """Return the gift whose own page this is; None for a wrong key, and for a donor who was erased."""
    code = _proved_code("gift", key)
    rows = Donation.objects.select_related("fund__host", "host", "donor", "campaign")
    return rows.filter(code=code, donor__erased_at=None).first() if code else None


def goods_of_key(key: str) -> InKindGift | None:
    """Return the gift in kind whose own page this is; None for a wrong key, and for a donor who was erased."""
    code = _proved_code("goods", key)
    rows = InKindGift.objects.select_related("fund__host", "host", "donor")
    return rows.filter(code=code, donor__erased_at=None).first() if code else None


def certificate_of(donation: Donation) -> Certificate | None:
    """Return a gift's certificate, if its donor made one."""
    return Certificate.objects.filter(donation=donation).first()


def certificate_by_code(code: str) -> Certificate | None:
    """Return a certificate with its gift, for whoever checks it."""
    rows = Certificate.objects.select_related("donation__fund", "donation__host", "donation__donor")
    return rows.filter(code=code).first()


def purpose_of(given: Donation | InKindGift | Pledge) -> str:
    """Return what a gift or a pledge is for, in the words of its restriction."""
    row = Restriction.objects.filter(code=given.restriction).first()
    return row.purpose if row else given.fund.purpose


def certificate_facts(certificate: Certificate) -> dict[str, Any]:
    """Return what the certificate's picture and PDF say. The name is the donor's own choice: only they get these."""
    donation = certificate.donation
    name = donation.spoken_name
    if certificate.prints_full_name and donation.donor.name:
        name = donation.donor.name
    day = spoken_day(donation.day or clock.day_of(certificate.made_at))
    shows = certificate.shows_amount
    path = reverse("donations:certificate", args=[certificate.code])
    return {
        "number": certificate.number,
        "name": name,
        "sentence": f"您在 {day}向{donation.fund.name}捐赠",
        "capitals": money.in_capitals(donation.amount) if shows else "",
        "amount": money.written(donation.amount),
        "purpose": f"用于：{purpose_of(donation)}",
        "refunded": returned_words(donation, shows_amount=shows),
        "qr": pdf.qr_rows(settings.SITE_URL + path),
        "host": donation.host.name,
        "day": spoken_day(clock.day_of(certificate.made_at)),
    }


def spoken_day(day: date) -> str:
    """Return a day as Chinese documents write it."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def returned_words(donation: Donation, *, shows_amount: bool) -> str:
    """Return what a certificate says of money that went back, empty if none did."""
    if not donation.refunded:
        return ""
    if donation.left == 0:
        return _("这笔捐赠已经全部退回，证书作废")
    if not shows_amount:
        return _("这笔捐赠有一部分已经退回")
    return _("其中 ¥%(back)s 已经退回") % {"back": money.written(donation.refunded)}


def years_of(gifts: QuerySet[Donation], things: QuerySet[InKindGift]) -> list[int]:
    """Return the calendar years in which these gifts of money and in kind arrived, the newest first."""
    days = {day.year for day in gifts.filter(state=DonationState.BOOKED).order_by().dates("day", "year")}
    days |= {day.year for day in _given(things).order_by().dates("day", "year")}
    return sorted(days, reverse=True)


def _given(things: QuerySet[InKindGift]) -> QuerySet[InKindGift]:
    """Return of these what is a gift still: not what all went back or never came."""
    return things.filter(undone__lt=F("quantity"))


def year_facts(gifts: QuerySet[Donation], things: QuerySet[InKindGift], year: int) -> dict[str, Any] | None:
    """Return what the year's acknowledgement says of these gifts of one donor; None for a year without any.

    The year is the calendar year in Asia/Shanghai of the day on which each arrived; refunds are taken off whenever
    they were made. One part per host, as each confirms only what it received. Gifts in kind stand apart, each at the
    value it was accepted at, and are never added to money or to each other.
    """
    if not FIRST_YEAR <= year <= clock.today().year:
        return None
    days = (date(year, 1, 1), date(year, 12, 31))
    issued = FiscalReceipt.objects.filter(state=ReceiptState.ISSUED)
    standing = Prefetch("receipts", queryset=issued, to_attr="standing")
    money_rows = gifts.filter(state=DonationState.BOOKED, day__range=days)
    kind_rows = _given(things).filter(day__range=days)
    parts: dict[str, tuple[list[Donation], list[InKindGift]]] = defaultdict(lambda: ([], []))
    for row in (
        money_rows.select_related("host", "fund", "donor").prefetch_related(standing).order_by("day", "pk")
    ):
        parts[row.host.code][0].append(row)
    for thing in (
        kind_rows.select_related("host", "fund", "donor").prefetch_related(standing).order_by("day", "pk")
    ):
        parts[thing.host.code][1].append(thing)
    if not parts:
        return None
    return {
        "year": str(year),
        "day": spoken_day(clock.today()),
        "hosts": [_year_of_host(rows, kinds) for rows, kinds in parts.values()],
    }


def _year_of_host(rows: list[Donation], things: list[InKindGift]) -> dict[str, Any]:
    host = (rows or things)[0].host
    total = sum(row.left for row in rows)
    return {
        "host": host.name,
        "uscc": host.uscc,
        "contact": host.contact,
        "names": "、".join(_names([*rows, *things])),
        "rows": [
            [
                row.day.isoformat() if row.day else "",
                row.fund.name,
                row.code,
                money.written(row.amount),
                money.written(row.refunded) if row.refunded else "",
                money.written(row.left),
                _receipts(row),
            ]
            for row in rows
        ],
        "count": str(len(rows)),
        "total": money.written(total),
        "capitals": money.in_capitals(total),
        "things": [
            [
                thing.day.isoformat(),
                thing.fund.name,
                thing.code,
                thing.item,
                money.written(thing.given_value) if thing.given_value else "没有计价",
                _receipts(thing),
            ]
            for thing in things
        ],
        "kinds": str(len(things)),
    }


def _receipts(given: Donation | InKindGift) -> str:
    return "、".join(f"{one.batch_code}-{one.number}" for one in getattr(given, "standing", []))


def _names(rows: Iterable[Donation | InKindGift]) -> list[str]:
    names = {row.donor.name or _("没有留名的捐赠人"): None for row in rows}
    return list(names)
