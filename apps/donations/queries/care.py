"""Every read of donors as one person or organisation over all their rows. For finance only; nothing of it is public."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from apps.core.sealing import blind_index
from apps.donations import likeness
from apps.donations.likeness import Likeness, Why
from apps.donations.models import (
    Custody,
    Donation,
    Donor,
    DonorApart,
    DonorContact,
    DonorMerge,
    FiscalReceipt,
    GivingPlan,
    InKindGift,
    Pledge,
)
from apps.donations.queries.directed import invited_as
from apps.donations.queries.own import rows_of
from apps.donations.rules import normal_contact
from apps.donations.states import DonationState, ReceiptState
from apps.funds.models import Fund, Host

GIVEN = (Donation, GivingPlan, Pledge, InKindGift)


@dataclass(frozen=True, slots=True)
class Giving:
    """What came from one donor; fen, less what was given back."""

    count: int
    total: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a donor's history: which kind of thing (the model's name) and the thing."""

    kind: str
    at: datetime
    row: Donation | GivingPlan | Pledge | InKindGift | FiscalReceipt


def family_of(donor: Donor) -> QuerySet[Donor]:
    """Return all rows of the donor that a row belongs to, the one that stands for them first."""
    rows = Donor.objects.filter(Q(pk=donor.head_id) | Q(merged_into=donor.head_id))
    return rows.order_by(F("merged_into").asc(nulls_first=True), "pk")


def gave_elsewhere(donor: Donor, host: Host) -> bool:
    """Whether another host than this one has to do with a donor, under any of their rows, or asked them to give."""
    rows = list(rows_of(donor))
    elsewhere: list[QuerySet[Any]] = [
        *(model._default_manager.filter(donor__in=rows).exclude(host=host) for model in GIVEN),
        Custody.objects.filter(principal__in=rows).exclude(host=host),
        invited_as(rows).exclude(appeal__host=host),
    ]
    return any(found.exists() for found in elsewhere)


def given_in_all(donor: Donor) -> int:
    """Return how many gifts, pledges and monthly plans stand under all rows of a donor (`rows_of`)."""
    rows = list(rows_of(donor))
    return sum(model._default_manager.filter(donor__in=rows).count() for model in GIVEN)


def known_to(hosts: Collection[Host]) -> QuerySet[Donor]:
    """Return the rows of donors with whom these hosts have to do."""
    has = Q(pk__in=[])
    for model in GIVEN:
        has |= Q(Exists(model._default_manager.filter(donor=OuterRef("pk"), host__in=hosts)))
    return Donor.objects.filter(has)


def heads_known_to(hosts: Collection[Host]) -> QuerySet[Donor]:
    """Return the donors of these hosts, each by the row that stands for them, newest first."""
    rows = known_to(hosts)
    merged = rows.filter(merged_into__isnull=False).values("merged_into")
    return Donor.objects.filter(
        Q(pk__in=rows.filter(merged_into=None).values("pk")) | Q(pk__in=merged)
    ).order_by("-pk")


def giving_by_head(heads: Collection[int], hosts: Collection[Host]) -> dict[int, Giving]:
    """Return what arrived from each donor for these hosts. One query."""
    rows = (
        _booked(hosts)
        .filter(Q(donor__in=heads) | Q(donor__merged_into__in=heads))
        .values(head=Coalesce("donor__merged_into_id", "donor_id"))
    )
    found = {row["head"]: _giving(row) for row in _summed(rows)}
    return {head: found.get(head, Giving(0, 0, None, None)) for head in heads}


def giving_by_fund(donor: Donor, hosts: Collection[Host]) -> list[tuple[Fund, Giving]]:
    """Return what the donor means to each fund of these hosts, the most given first."""
    rows = list(_summed(_booked(hosts).filter(donor__in=family_of(donor)).values("fund")))
    funds = Fund.objects.in_bulk([row["fund"] for row in rows])
    found = [(funds[row["fund"]], _giving(row)) for row in rows]
    return sorted(found, key=lambda pair: (-pair[1].total, pair[0].code))


def _booked(hosts: Collection[Host]) -> QuerySet[Donation]:
    return Donation.objects.filter(state=DonationState.BOOKED, host__in=hosts)


def _summed(rows: Any) -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = rows.annotate(
        n=Count("pk"),
        sum=Sum(F("amount") - F("refunded")),
        first=Min("booked_at"),
        last=Max("booked_at"),
    ).order_by()
    return found


def _giving(row: dict[str, Any]) -> Giving:
    return Giving(row["n"], row["sum"] or 0, row["first"], row["last"])


def history(donor: Donor, hosts: Collection[Host]) -> QuerySet[Any, tuple[str, int, datetime]]:
    """Return (kind, key, moment) of everything between the donor and these hosts, newest first, over all channels."""
    rows = list(family_of(donor).values_list("pk", flat=True))
    parts: list[QuerySet[Any, Any]] = [
        _part(Donation, "started_at", donor__in=rows, host__in=hosts),
        _part(GivingPlan, "started_at", donor__in=rows, host__in=hosts),
        _part(Pledge, "made_at", donor__in=rows, host__in=hosts),
        _part(InKindGift, "received_at", donor__in=rows, host__in=hosts),
        *(
            _part(
                FiscalReceipt,
                "issued_at",
                host__in=hosts,
                state__in=[ReceiptState.ISSUED, ReceiptState.VOID],
                **{f"{gift}__donor__in": rows},
            )
            for gift in ("donation", "in_kind")
        ),
    ]
    found: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True).order_by("-moment", "what", "-row_key")
    return found


def _part(model: Any, moment: str, **condition: Any) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = model.objects.filter(**condition).order_by()
    rows = rows.annotate(what=Value(model._meta.model_name), row_key=F("pk"), moment=F(moment))
    return rows.values_list("what", "row_key", "moment")


def happened(lines: Iterable[tuple[str, int, datetime]]) -> list[Happened]:
    """Return the lines of one page of a history with their rows. One query per kind."""
    lines = list(lines)
    keys: defaultdict[str, list[int]] = defaultdict(list)
    for kind, key, _at in lines:
        keys[kind].append(key)
    rows: dict[tuple[str, int], Any] = {}
    for model in (*GIVEN, FiscalReceipt):
        name = str(model._meta.model_name)
        funds = ("donation__fund", "in_kind__fund") if model is FiscalReceipt else ("fund",)
        found: Any = model._default_manager.select_related(*funds).filter(pk__in=keys[name])
        rows |= {(name, row.pk): row for row in found}
    return [Happened(kind, at, rows[kind, key]) for kind, key, at in lines]


def merges_of(donor: Donor) -> QuerySet[DonorMerge]:
    """Return the acts about a donor's rows, newest first, the undone ones too."""
    rows = family_of(donor).values("pk")
    return (
        DonorMerge.objects.filter(Q(kept__in=rows) | Q(merged__in=rows))
        .select_related("kept", "merged", "undone_by", "host")
        .order_by("-pk")
    )


def standing_merges(rows: Collection[int]) -> QuerySet[DonorMerge]:
    """Return the acts between these rows that hold, oldest first."""
    return DonorMerge.objects.filter(kept__in=rows, merged__in=rows, undoes=None, undone_by=None).order_by(
        "pk"
    )


def misplaced_donors() -> Iterator[dict[str, Any]]:
    """Yield rows that stand for another than the standing acts of finance say."""
    acts = DonorMerge.objects.filter(undoes=None, undone_by=None).order_by("pk")
    expected = likeness.heads(acts.values_list("kept_id", "merged_id"))
    rows = Donor.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id")
    for row, head in rows.iterator(chunk_size=5000):
        if expected.pop(row, None) != head:
            yield {"donor": row, "stands_for": head}
    yield from ({"donor": row, "should_stand_for": head} for row, head in expected.items())


def contacts_of(donor: Donor, hosts: Collection[Host]) -> QuerySet[DonorContact]:
    """Return whom these hosts speak to in an organisation."""
    rows = DonorContact.objects.filter(donor__in=family_of(donor), host__in=hosts, ended_at=None)
    return rows.select_related("donor", "host").order_by("pk")


# --- who looks like whom --------------------------------------------------------------------------------------------


def apart_pairs() -> set[frozenset[int]]:
    """Return the pairs of donors, each by the row that stands for them, that were found to be two."""
    rows = DonorApart.objects.values_list(
        Coalesce("one__merged_into_id", "one_id"), Coalesce("other__merged_into_id", "other_id")
    )
    return {frozenset(pair) for pair in rows}


# By what rows are one donor's, perhaps: the last of these is told by no other donor. Codes are asked of the receipts,
# not of the donors: each condition on a donor's many receipts could be met by another one.
KEYS: dict[Why, tuple[str, ...]] = {
    Why.CONTACT: ("kind", "contact_index"),
    Why.ACCOUNT: ("kind", "user_id"),
    Why.CREDIT_CODE: ("payer_uscc",),
    Why.NAME: ("kind", "donations__fund", "name_index"),
}


# How many groups are looked at by a person before more are looked for, and how many keys are opened at once.
MOST_ALIKE, KEYS_AT_ONCE = 200, 100


def suggestions(
    hosts: Sequence[Host], *, only: Donor | None = None, most: int = MOST_ALIKE
) -> list[Likeness]:
    """Return the donors of these hosts who look like one, and why, `most` of them, as many of each kind as of the
    others while there are so many; with `only`, all those who look like that one. The database finds the keys that more
    than one donor has; rows are read for some of these at a time."""
    apart = apart_pairs()
    if only is not None:
        found = [one for why in KEYS for one in _alike(why, hosts, [_keys_of(why, hosts, only)], apart)]
        return [one for one in found if only.head_id in one.heads]
    waiting = {why: _alike(why, hosts, _shared_keys(why, hosts), apart) for why in KEYS}
    taken: dict[Why, list[Likeness]] = {why: [] for why in KEYS}
    left = most
    while waiting and left:
        for why in list(waiting)[:left]:
            if (one := next(waiting[why], None)) is None:
                del waiting[why]
            else:
                taken[why].append(one)
                left -= 1
    return [one for why in KEYS for one in taken[why]]


def _alike(
    why: Why, hosts: Collection[Host], chunks: Iterable[list[Any]], apart: Collection[frozenset[int]]
) -> Iterator[Likeness]:
    seen: set[Likeness] = set()
    for keys in chunks:
        found = dict.fromkeys(likeness.alike(why, _keyed(why, hosts, keys), apart))
        yield from (one for one in found if one not in seen)
        seen |= found.keys()


def _rows_with_key(
    why: Why, hosts: Collection[Host], *, of: QuerySet[Donor] | None = None
) -> QuerySet[Any, Any]:
    """Return the rows that have a key of this kind, each with the head of its donor: donors of these hosts, or their
    receipts; with `of`, only of these donors."""
    key = KEYS[why][-1]
    donor = "donation__donor__" if why is Why.CREDIT_CODE else ""
    rows: QuerySet[Any, Any]
    if why is Why.CREDIT_CODE:
        rows = FiscalReceipt.objects.filter(
            donation__host__in=hosts, donation__donor__kind=Donor.Kind.ORGANISATION
        )
    elif why is Why.NAME:
        rows = Donor.objects.filter(donations__host__in=hosts)
    else:
        rows = known_to(hosts)
    rows = rows.filter(**({f"{key}__isnull": False} if why is Why.ACCOUNT else {f"{key}__gt": ""}))
    if of is not None:
        rows = rows.filter(**{f"{donor}pk__in": of.values("pk")})
    rows = rows.filter(**{f"{donor}erased_at": None}).order_by()
    return rows.annotate(head=Coalesce(f"{donor}merged_into_id", f"{donor}pk"))


def _shared_keys(why: Why, hosts: Collection[Host]) -> Iterator[list[Any]]:
    """Yield the keys of more than one donor in their order, some at a time: nearly all keys are of one."""
    *beside, key = KEYS[why]
    shared = _rows_with_key(why, hosts).values(*beside, key).annotate(heads=Count("head", distinct=True))
    rows = shared.filter(heads__gt=1).order_by(key).values_list(key, flat=True).distinct()
    keys: list[Any] = list(rows[:KEYS_AT_ONCE])
    while keys:
        yield keys
        keys = list(rows.filter(**{f"{key}__gt": keys[-1]})[:KEYS_AT_ONCE])


def _keys_of(why: Why, hosts: Collection[Host], only: Donor) -> list[Any]:
    rows = _rows_with_key(why, hosts, of=family_of(only))
    return list(rows.values_list(KEYS[why][-1], flat=True))


def _keyed(why: Why, hosts: Collection[Host], wanted: list[Any]) -> Iterator[tuple[object, int]]:
    """Yield the key and the head of each row that has one of these keys."""
    *beside, key = KEYS[why]
    rows = _rows_with_key(why, hosts).filter(**{f"{key}__in": wanted})
    for *keys, head in rows.values_list(*beside, key, "head").distinct():
        yield tuple(keys), head


def found_by(words: str, hosts: Collection[Host]) -> set[int]:
    """Return the donors (heads) of these hosts with this name, telephone, e-mail or code, whole."""
    name = likeness.normal_name(words)
    wanted = Q(code=words.upper()) | Q(contact_index=blind_index(normal_contact(words)))
    if name:
        wanted |= Q(name_index=blind_index(name))
    return {row.head_id for row in known_to(hosts).filter(wanted).only("pk", "merged_into_id")}
