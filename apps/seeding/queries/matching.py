"""Reads of a matching programme: which gifts wait for a match, whose they are, and what the limits still leave."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum

from apps.core.sealing import blind_index
from apps.divisions.rules import lineage
from apps.donations.models import Donation, Donor
from apps.donations.queries import donor_name
from apps.donations.states import DonationState
from apps.funds.models import Fund, Host
from apps.funds.queries import families
from apps.funds.queries.rulebooks import books_in_force, combined, settings_of
from apps.funds.states import FundState
from apps.seeding.models import Match, MatchTerms, Programme, TakenBack
from apps.seeding.queries.programmes import funds_of
from apps.seeding.rules import ANONYMOUS_SOURCE, Ratio, is_public_body


def waiting_gifts(programme: Programme, terms: MatchTerms) -> QuerySet[Donation]:
    """Return the booked gifts that the programme has not dealt with yet, in the order they were booked."""
    found = Donation.objects.filter(
        host_id=programme.source.host_id,
        state=DonationState.BOOKED,
        refunded__lt=F("amount"),
        day__gte=programme.opens_on,
        day__lte=programme.closes_on,
        fund__in=funds_of(programme).order_by().values("pk"),
    ).exclude(Exists(Match.objects.filter(programme=programme, donation=OuterRef("pk"))))
    if terms.channels:
        found = found.filter(channel__in=terms.channels)
    return found.order_by("booked_at", "pk")


def changed_matches(programme: Programme) -> QuerySet[Match]:
    """Return the matches whose gift was given back (or came back) since they were last reckoned, or turned out to be
    another fund's, in their order."""
    moved = ~Q(donation__fund=F("fund")) & Q(taken__lt=F("amount")) & ~Q(fund__state=FundState.CLOSED)
    return (
        Match.objects.filter(programme=programme, amount__gt=0)
        .filter(~Q(donation__refunded=F("refunded")) | moved)
        .order_by("number")
    )


def last_number(programme: Programme) -> int:
    """Return the number of the programme's last match or taking back; 0 before the first."""
    numbers = [
        rows.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
        for rows in (Match.objects, TakenBack.objects)
    ]
    return max(numbers)


def drawn_by_fund(programme: Programme, funds: Collection[int]) -> dict[int, int]:
    """Return what each of the funds (ids) has from the programme, less what was taken back."""
    rows = Match.objects.filter(programme=programme, fund__in=funds).values_list("fund_id")
    return dict(rows.annotate(net=Sum(F("amount") - F("taken"))))


def drawn_by_source(programme: Programme, sources: Collection[str]) -> dict[str, int]:
    """Return what each source (of one day) was matched. Taking back frees nothing: a day's cap is for the day."""
    rows = Match.objects.filter(programme=programme, source__in=sources).values_list("source")
    return dict(rows.annotate(gross=Sum("amount")))


@dataclass(frozen=True)
class FundTerms:
    """The programme's ratio and cap as a fund's own rules leave them."""

    ratio: Ratio
    fund_cap: int


def terms_of_funds(
    programme: Programme, terms: MatchTerms, funds: Iterable[Fund], on: date
) -> dict[int, FundTerms]:
    """Return by fund id what its rulebooks of the day leave of the programme's terms. Two queries for all."""
    books = books_in_force(programme.source.host_id, on)
    ratio = Ratio(terms.ratio_part, terms.ratio_whole)
    shown = list(funds)
    before = families(shown)
    drawn = drawn_by_fund(programme, {key for keys in before.values() for key in keys})
    found = {}
    for fund in shown:
        above = lineage(fund.division_id)
        rules = combined(settings_of(book for book in books if book.division_id in above))
        share, cap = rules["match_bp"].value, rules["match_cap_fen"].value
        most = min(programme.per_fund, cap) if isinstance(cap, int) else programme.per_fund
        # What the funds that it came from have drawn counts as drawn by it.
        most -= sum(drawn.get(key, 0) for key in before.get(fund.pk, ()))
        found[fund.pk] = FundTerms(ratio.within(share) if isinstance(share, int) else ratio, max(0, most))
    return found


# --- whose gift it is -----------------------------------------------------------------------------------------------


def identities(donors: Sequence[Donor]) -> dict[int, str]:
    """Return by donor id who a donor is, as one text for all rows of the same person; empty when nobody can tell.

    An organisation is its name. A person is the oldest row linked to theirs by account, contact or a merge of finance;
    one without any is their name. Same names without any contact count as one source: rather strict than split.
    """
    oldest = _oldest(_linked(donors))
    found = {}
    for donor in donors:
        name = donor_name(donor)
        if donor.kind == Donor.Kind.ORGANISATION and name:
            found[donor.pk] = f"o:{name}"
        elif donor.pk in oldest:
            found[donor.pk] = f"p:{oldest[donor.pk]}"
        else:
            found[donor.pk] = f"n:{name}" if name else ""
    return found


# A donor row: its key, account, contact and the row it was merged into.
DonorRow = tuple[int, int | None, str, int | None]


def _linked(donors: Sequence[Donor]) -> list[DonorRow]:
    """Return every donor row, oldest first, linked to these over whatever many steps: by account, contact or merge."""
    users = {donor.user_id for donor in donors if donor.user_id}
    contacts = {donor.contact_index for donor in donors if donor.contact_index}
    heads = {donor.head_id for donor in donors}
    rows: set[DonorRow] = set()
    known = -1
    while len(users) + len(contacts) + len(heads) > known:
        known = len(users) + len(contacts) + len(heads)
        linked = Q(user_id__in=users) | Q(contact_index__in=contacts)
        found = _donor_rows(linked | Q(merged_into__in=heads))
        # Both ends of a merge: the row that stands for another, and those it stands for.
        found |= _donor_rows(Q(pk__in={head for *_others, head in found if head}))
        found |= _donor_rows(Q(merged_into__in={pk for pk, *_others in found}))
        rows |= found
        users |= {user for _pk, user, _contact, _head in found if user}
        contacts |= {contact for _pk, _user, contact, _head in found if contact}
        heads |= {head for *_others, head in found if head}
    return sorted(rows, key=lambda row: row[0])


def _donor_rows(condition: Q) -> set[DonorRow]:
    rows = Donor.objects.filter(condition).order_by()
    return set(rows.values_list("pk", "user_id", "contact_index", "merged_into_id"))


def _oldest(rows: Iterable[DonorRow]) -> dict[int, int]:
    """Return for each row (oldest first) the oldest id of the person it belongs to."""
    parent: dict[object, object] = {}

    def root(key: object) -> object:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    keys: list[int] = []
    for pk, user, contact, head in rows:
        keys.append(pk)
        for other in (user and ("u", user), contact and ("c", contact), head and ("d", head)):
            if other:
                parent[root(("d", pk))] = root(other)
    first: defaultdict[object, list[int]] = defaultdict(list)
    for pk in keys:
        first[root(("d", pk))].append(pk)
    return {pk: min(first[root(("d", pk))]) for pk in keys}


def source_token(programme: Programme, day: date, identity: str) -> str:
    """Return the opaque mark of a source: the same within one programme and day, and nowhere else. All gifts of unknown
    source on a day have one."""
    if not identity:
        return f"{ANONYMOUS_SOURCE}:{day.isoformat()}"
    return blind_index(f"seed:{programme.code}:{day.isoformat()}:{identity}")[:16]


def never_matched(donor: Donor, terms: MatchTerms, hosts: Collection[str]) -> bool:
    """Whether an organisation's gifts are not matched: a host's own, a public body's, or one the terms name."""
    if donor.kind != Donor.Kind.ORGANISATION:
        return False
    name = donor_name(donor)
    return name in hosts or name in terms.never_matched or is_public_body(name)


def host_names() -> set[str]:
    """Return the names of all hosts."""
    return set(Host.objects.values_list("name", flat=True))
