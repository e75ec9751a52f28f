"""Live invariants of gifts: each in the books once, at its amount, with its refunds, corrections and receipts, and what
the providers hold explained by them."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations import queries
from apps.donations.checks.compare import CHUNK, compare
from apps.donations.models import (
    BatchGift,
    BoxCount,
    CampaignCorrection,
    Correction,
    Donation,
    DonorInstruction,
    InKindGift,
    Refund,
)
from apps.donations.states import DonationState, RefundState
from apps.funds.models import Host
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind


def gifts_and_entries() -> Iterator[Row]:
    """Booked gifts without their entry, entries without their gift, or other amounts."""
    rows = Donation.objects.filter(state=DonationState.BOOKED).values_list("code", "amount")
    ours = {code: -amount for code, amount in rows.iterator(chunk_size=CHUNK)}
    return compare(ours, books.amounts_by_source(EntryKind.DONATION.value, "donation_income"))


def booked_gifts_are_whole() -> Iterator[Row]:
    """Booked gifts without a day, a moment, a payment or a public name."""
    rows = Donation.objects.filter(state=DonationState.BOOKED).filter(
        Q(day=None) | Q(booked_at=None) | Q(payment_id=None) | Q(public_name="") | Q(fee__gt=F("amount"))
    )
    for code in rows.values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"code": code}


def refunds_and_entries() -> Iterator[Row]:
    """Refunds that are done without their entry, entries without their refund, or other amounts."""
    rows = Refund.objects.filter(state=RefundState.DONE).values_list("code", "amount")
    ours = dict(rows.iterator(chunk_size=CHUNK))
    return compare(ours, books.amounts_by_source(EntryKind.REFUND.value, "donation_income"))


def refunds_within_gifts() -> Iterator[Row]:
    """Gifts whose sum of refunds is not what the gift says, or that were given back without being booked."""
    done = Sum("refunds__amount", filter=Q(refunds__state=RefundState.DONE), default=0)
    rows = Donation.objects.annotate(back=done).exclude(refunded=F("back"))
    for code, refunded, back in rows.values_list("code", "refunded", "back").iterator(chunk_size=CHUNK):
        yield {"code": code, "refunded": refunded, "sum": back}
    loose = Donation.objects.filter(refunded__gt=0).exclude(state=DonationState.BOOKED)
    for code, refunded in loose.values_list("code", "refunded"):
        yield {"code": code, "refunded": refunded, "sum": None}


def corrections_and_entries() -> Iterator[Row]:
    """Corrections without their entry, entries without their correction (or the refund they followed), other amounts;
    and gifts that do not stand where their last correction put them."""
    ours = dict.fromkeys(Correction.objects.values_list("code", flat=True).iterator(chunk_size=CHUNK), 0)
    entries = books.amounts_by_source(EntryKind.CORRECTION.value, "donation_income")
    yield from compare(ours, ((source, fen) for source, fen in entries if not source.startswith("refund:")))
    last = Correction.objects.filter(donation=OuterRef("pk")).order_by("-pk")
    moved = Donation.objects.annotate(
        last_fund=Subquery(last.values("to_fund")[:1]),
        last_restriction=Subquery(last.values("to_restriction")[:1]),
    ).exclude(last_fund=None)
    astray = moved.exclude(fund=F("last_fund"), restriction=F("last_restriction"))
    for code in astray.values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"code": code}


def receipts_within_gifts() -> Iterator[Row]:
    """Standing receipts for more than is left of their gift, unless finance was told to make them void."""
    rows = queries.receipts_over_gifts().values_list("code", "amount")
    for code, amount in rows.iterator(chunk_size=CHUNK):
        yield {"code": code, "receipt": amount}
    for code in queries.receipts_of_no_property().values_list("code", flat=True):
        yield {"code": code, "receipt": "for a service, or for things whose value was not proved"}


def provider_money_explained() -> Iterator[Row]:
    """Hosts whose clearing account is not what each provider and platform holds for them, added up; and providers that
    paid out more than their own gifts brought."""
    for host in Host.objects.order_by("code"):
        providers, platforms = queries.held_by_providers(host), queries.held_by_platforms(host)
        booked = books.balance("provider_money", host=host.code)
        explained = sum(providers.values()) + sum(platforms.values())
        if booked != explained:
            yield {"host": host.code, "booked": booked, "explained": explained}
        brought = dict(
            Donation.objects.filter(host=host, state=DonationState.BOOKED, channel__in=providers)
            .values_list("channel")
            .annotate(net=Sum(F("amount") - F("fee")))
            .order_by("channel")
        )
        for channel, net in brought.items():
            if net + queries.paid_out_by(host, channel) < 0:
                yield {"host": host.code, "channel": channel, "brought": net}


def gifts_of_campaigns() -> Iterator[Row]:
    """Gifts that count for a plan of another host, or for another one than the list or the box they came by."""
    for kind in (Donation, InKindGift):
        rows = kind._default_manager.exclude(campaign=None).exclude(campaign__host=F("host"))
        for code in rows.values_list("code", flat=True).iterator(chunk_size=CHUNK):
            yield {"code": code, "campaign": "of another host"}
    stands = Coalesce("donation__campaign", 0)
    listed = BatchGift.objects.annotate(said=Coalesce("batch__campaign", 0), stands=stands)
    counted = BoxCount.objects.exclude(donation=None).annotate(said=Coalesce("campaign", 0), stands=stands)
    for rows_of in (listed, counted):
        # One that was put right afterwards is proved below.
        apart = rows_of.filter(donation__campaign_corrections=None).exclude(said=F("stands"))
        for code in apart.values_list("donation__code", flat=True).iterator(chunk_size=CHUNK):
            yield {"code": code, "campaign": "another than its list or box"}


def campaigns_put_right() -> Iterator[Row]:
    """Gifts of which the last correction says another campaign than they count for, or whose corrections do not follow
    from each other."""
    before: CampaignCorrection | None = None
    made = CampaignCorrection.objects.select_related("donation", "things")
    for row in [*made.order_by("donation_id", "things_id", "pk"), None]:
        if before is not None and (row is None or row.given != before.given):
            if before.to_campaign_id != before.given.campaign_id:
                yield {"code": before.given.code, "campaign": "another than was put right"}
        elif before is not None and row is not None and row.from_campaign_id != before.to_campaign_id:
            yield {"code": row.given.code, "correction": row.code}
        before = row


def instructions_are_papers() -> Iterator[Row]:
    """Donors' wishes to show more without the paper they signed, which only goes when the donor is erased."""
    rows = DonorInstruction.objects.filter(
        opens=True, document=None, donation__donor__erased_at=None, things__donor__erased_at=None
    )
    for code in rows.values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"code": code}


CHECKS = [
    Check(
        "donations.gifts_and_entries",
        _("每笔已入账的捐赠恰好有一张同样金额的凭证，反过来也是。"),
        gifts_and_entries,
    ),
    Check(
        "donations.booked_gifts_are_whole",
        _("每笔已入账的捐赠都有日期、付款编号和公示名。"),
        booked_gifts_are_whole,
    ),
    Check(
        "donations.refunds_and_entries",
        _("每笔已退的款恰好有一张同样金额的凭证，反过来也是。"),
        refunds_and_entries,
    ),
    Check(
        "donations.refunds_within_gifts", _("每笔捐赠记的已退金额等于它的退款之和。"), refunds_within_gifts
    ),
    Check(
        "donations.corrections_and_entries",
        _("每次更正恰好有一张凭证，两边金额相抵，捐赠记在最后改到的地方。"),
        corrections_and_entries,
    ),
    Check(
        "donations.receipts_within_gifts",
        _(
            "有效的捐赠票据不超过那笔捐赠剩下的钱或物资的价值，退过的都列进了待冲红；"
            "服务和没有价值证明的物资没有票据。"
        ),
        receipts_within_gifts,
    ),
    Check(
        "donations.provider_money_explained",
        _("账上在途的钱等于每家支付机构、每个平台各自的捐赠减去手续费、退款和转出；谁也没有转出别家的钱。"),
        provider_money_explained,
    ),
    Check(
        "donations.campaign_versions",
        _("募捐方案的每个版本接得上，最后一版就是现在的方案。"),
        queries.broken_versions,
    ),
    Check(
        "donations.gifts_of_campaigns",
        _("算在募捐活动里的每笔捐赠都是本会的，和它所在的名单、募捐箱说的是同一个活动。"),
        gifts_of_campaigns,
    ),
    Check(
        "donations.campaigns_put_right",
        _("更正过募捐活动的捐赠，算在最后改到的活动里，每次更正接得上。"),
        campaigns_put_right,
    ),
    Check(
        "donations.instructions_are_papers",
        _("照捐赠人的意思多公开的，每次都有捐赠人签名的书面材料。"),
        instructions_are_papers,
    ),
    Check("donations.donors_and_merges", _("捐赠人的合并与写下的一致。"), queries.misplaced_donors),
]
