"""What a donor may see of their own: who they are to us, their gifts, their rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core import clock
from apps.donations.models import (
    Consent,
    Donation,
    Donor,
    FiscalReceipt,
    InKindGift,
    Invitee,
    Pledge,
    PurposeRequest,
)
from apps.donations.pledging import PledgeState
from apps.donations.rules import Giver
from apps.donations.states import NameChoice, PurposeState, ReceiptState
from apps.users.models import User

# Where a session keeps the contact that was proved, and for how long.
SESSION_KEY = "donor"
SESSION_LASTS = timedelta(hours=2)


def proof_of(contact_index: str) -> dict[str, str]:
    """Return what a session keeps of a contact that was proved just now: its keyed hash, and until when it counts."""
    return {"contact": contact_index, "until": (clock.now() + SESSION_LASTS).isoformat()}


def giver_of(user: User | AnonymousUser, session: Mapping[str, Any]) -> Giver:
    """Return who a visitor is as a donor: the person signed in, the contact proved in this session, both or neither."""
    found = session.get(SESSION_KEY) or {}
    until = found.get("until", "")
    holds = bool(until) and datetime.fromisoformat(until) > clock.now()
    user_id = user.pk if isinstance(user, User) and user.is_active else None
    return Giver(user_id, found.get("contact", "") if holds else "")


def of_giver(giver: Giver, prefix: str = "") -> Q:
    """Return the condition of a donor's row being the giver's own; `prefix` leads to the donor (`donor__`).

    What finance merged with one of the giver's rows is theirs too. Asks the database for such rows, if any.
    """
    found = _same_person(giver, prefix)
    if heads := _heads_of_merged(_same_person(giver)):
        found |= Q(**{f"{prefix}pk__in": heads}) | Q(**{f"{prefix}merged_into__in": heads})
    return found & Q(**{f"{prefix}erased_at": None})


def _heads_of_merged(own: Q) -> set[int]:
    """Return which rows stand for those of these that were merged with others."""
    merged = Q(merged_into__isnull=False) | Exists(Donor.objects.filter(merged_into=OuterRef("pk")))
    return {row.head_id for row in Donor.objects.filter(own, merged).only("pk", "merged_into_id")}


def _same_person(giver: Giver, prefix: str = "") -> Q:
    own = Q(pk__in=[])
    if giver.user_id is not None:
        own |= Q(**{f"{prefix}user_id": giver.user_id})
    if giver.contact_index:
        own |= Q(**{f"{prefix}contact_index": giver.contact_index})
    return own & Q(**{f"{prefix}erased_at": None})


def gifts_of(giver: Giver) -> QuerySet[Donation]:
    """Return the giver's own gifts, newest first."""
    return (
        Donation.objects.filter(of_giver(giver, "donor__"))
        .select_related("fund", "host", "donor", "campaign")
        .order_by("-started_at", "-pk")
    )


def things_of_giver(giver: Giver) -> QuerySet[InKindGift]:
    """Return what the giver gave in kind, newest first."""
    rows = InKindGift.objects.filter(of_giver(giver, "donor__"))
    return rows.select_related("fund", "host", "donor").order_by("-day", "-pk")


def half_named_of(giver: Giver) -> list[Pledge | InKindGift]:
    """Return the giver's pledges and things that the public sees with their surname: no consent stands for that."""
    masked = of_giver(giver, "donor__") & Q(name_choice=NameChoice.MASKED)
    kinds: list[QuerySet[Any]] = [Pledge.objects.filter(masked), InKindGift.objects.filter(masked)]
    return [row for kind in kinds for row in kind.select_related("fund", "donor").order_by("-pk")]


def invitations_of(giver: Giver) -> QuerySet[Invitee]:
    """Return where the giver was asked as one of a host's own people and did not give: who gave, is a donor there."""
    rows = Invitee.objects.filter(contact_index=giver.contact_index, donor=None).exclude(contact_index="")
    return rows.select_related("appeal").order_by("pk")


def pledges_of_giver(giver: Giver) -> QuerySet[Pledge]:
    """Return what the giver pledged and stands, newest first."""
    rows = Pledge.objects.filter(of_giver(giver, "donor__"), state=PledgeState.OPEN)
    return rows.select_related("fund", "host", "donor", "agreement").order_by("-pledged_on", "-pk")


def purposes_asked(giver: Giver) -> QuerySet[PurposeRequest]:
    """Return the questions about another purpose that wait for the giver's answer, the most urgent first."""
    rows = PurposeRequest.objects.filter(
        of_giver(giver, "donation__donor__"), state=PurposeState.ASKED, answer_by__gt=clock.now()
    )
    return rows.select_related("donation", "fund").order_by("answer_by", "pk")


def donors_of(giver: Giver) -> QuerySet[Donor]:
    """Return the rows under which the giver gave, oldest first."""
    return Donor.objects.filter(of_giver(giver)).order_by("pk")


def rows_of(donor: Donor) -> QuerySet[Donor]:
    """Return every row that is known to be of the same donor as this one, oldest first: what was merged with it, and
    what any contact or account of theirs leads to, as if they had signed in by each. No row of a donor who was erased.

    For staff, who know whom they speak with. Who signed in by one contact proved no other: for them ask `donors_of`.
    """
    own = Q(pk=donor.head_id) | Q(merged_into=donor.head_id)
    for row in Donor.objects.filter(own, erased_at=None).only("user_id", "contact_index"):
        own |= _same_person(Giver(row.user_id, row.contact_index))
    heads = _heads_of_merged(own)
    found = own | Q(pk__in=heads) | Q(merged_into__in=heads)
    return Donor.objects.filter(found, erased_at=None).order_by("pk")


def consents_of(giver: Giver) -> QuerySet[Consent]:
    """Return everything the giver agreed to, newest first."""
    return Consent.objects.filter(of_giver(giver, "donor__")).order_by("-given_at", "-pk")


def gave_more(given: Donation | InKindGift) -> bool:
    """Whether anything else is known to come from the donor of a gift, under this row or another of theirs."""
    donor = given.donor
    more: list[QuerySet[Any]] = [
        rows_of(donor).exclude(pk=donor.pk),
        donor.donations.exclude(code=given.code),
        donor.plans.all(),
        donor.pledges.all(),
        donor.in_kind_gifts.exclude(code=given.code),
    ]
    return any(rows.exists() for rows in more)


def issued_receipts_of_gift(given: Donation | InKindGift) -> QuerySet[FiscalReceipt]:
    """Return the fiscal receipts that were issued for a gift: their stubs are kept by law."""
    return given.receipts.filter(state__in=[ReceiptState.ISSUED, ReceiptState.VOID])


def issued_receipts_of(giver: Giver) -> QuerySet[FiscalReceipt]:
    """Return the fiscal receipts that were issued for the giver's gifts: their stubs are kept by law."""
    rows = FiscalReceipt.objects.filter(
        of_giver(giver, "donation__donor__") | of_giver(giver, "in_kind__donor__")
    )
    return rows.filter(state__in=[ReceiptState.ISSUED, ReceiptState.VOID])
