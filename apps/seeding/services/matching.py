"""Matching gifts (配捐): in sets, in the order they were booked, after their settlement and never inside it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from apps.core import audit, clock, jobs, versions
from apps.core.verbs import verb
from apps.donations.models import Donation
from apps.funds.models import Fund
from apps.funds.queries import available
from apps.funds.states import FundState
from apps.ledger import services as ledger
from apps.seeding import queries, rules
from apps.seeding.models import Match, MatchTerms, Programme
from apps.seeding.queries import matching as reads
from apps.seeding.services.locks import lock_funds, lock_programme
from apps.seeding.services.moving import gift_of
from apps.seeding.services.takebacks import take_back_batch
from apps.seeding.states import Cut, ProgrammeKind

# Gifts per transaction: the programme's and the funds' locks are held for a fraction of a second.
BATCH = 300


def match_gifts(code: str = "") -> int:
    """Take back what refunds ask for, then match what waits, in every matching programme (or one); return how many
    gifts were dealt with. Safe to repeat at any time: a gift is dealt with once per programme."""
    found = Programme.objects.filter(kind=ProgrammeKind.MATCHING).order_by("opens_on", "pk")
    if code:
        found = found.filter(code=code)
    handled = 0
    for one in found.values_list("code", flat=True):
        while count := take_back_batch(one):
            handled += count
        while count := match_batch(one):
            handled += count
    return handled


@verb
def match_batch(code: str) -> int:
    """Match the first gifts that wait and return how many were dealt with: 0 when none waits, when nothing is left of
    the pot, or when the host's free money cannot meet the next one, which then waits at its place.

    The programme's row is locked first, then the funds by code. A refund needs the lock of the host's own fund, too, so
    that no gift is given back meanwhile.
    """
    programme = lock_programme(code)
    if programme.closed_at is not None:
        return 0
    terms = programme.match_terms
    pot = programme.pot - queries.given(programme)
    waiting = reads.waiting_gifts(programme, terms)
    picked = list(waiting.values_list("pk", "fund__code")[:BATCH]) if pot > 0 else []
    if not picked:
        _say_waiting(programme, is_short=False)
        return 0
    funds = lock_funds({programme.source.code, *(fund for _pk, fund in picked)})
    gifts = list(waiting.filter(pk__in=[pk for pk, _fund in picked]).select_related("donor"))
    standing = _Standing(programme, terms, gifts, {fund.pk: fund for fund in funds.values()}, pot)
    free = available(funds[programme.source.code]).get("", 0)
    rows: list[Match] = []
    is_short = False
    for gift in gifts:
        row = standing.judge(gift)
        if is_short := row.amount > free:
            break
        free -= row.amount
        standing.count(row)
        rows.append(row)
        if standing.pot == 0:
            break
    _write(programme, rows, {fund.pk: fund.code for fund in funds.values()})
    _say_waiting(programme, is_short=is_short)
    return len(rows)


class _Standing:
    """Where the programme stands between one gift and the next. The caller holds the locks."""

    def __init__(
        self,
        programme: Programme,
        terms: MatchTerms,
        gifts: Sequence[Donation],
        funds: Mapping[int, Fund],
        pot: int,
    ) -> None:
        self.programme, self.terms, self.funds, self.pot = programme, terms, funds, pot
        self.number = reads.last_number(programme)
        self.hosts: Collection[str] = reads.host_names()
        receiving = {gift.fund_id for gift in gifts}
        self.of_fund = reads.terms_of_funds(
            programme, terms, [funds[pk] for pk in sorted(receiving)], clock.today()
        )
        who = reads.identities([gift.donor for gift in gifts])
        self.unknown = {gift.pk for gift in gifts if not who[gift.donor_id]}
        self.sources = {
            gift.pk: reads.source_token(programme, _day(gift), who[gift.donor_id]) for gift in gifts
        }
        self.by_fund = defaultdict(int, reads.drawn_by_fund(programme, receiving))
        self.by_source = defaultdict(int, reads.drawn_by_source(programme, set(self.sources.values())))

    def judge(self, gift: Donation) -> Match:
        """Return the unsaved match of the next gift."""
        terms, own, source = self.terms, self.of_fund[gift.fund_id], self.sources[gift.pk]
        is_unknown = gift.pk in self.unknown
        day_cap = terms.anonymous_day_cap if is_unknown else terms.day_cap
        limits = rules.Limits(
            gift=terms.gift_cap or None,
            day=day_cap - self.by_source[source] if day_cap else None,
            fund=own.fund_cap - self.by_fund[gift.fund_id],
            pot=self.pot,
        )
        base = gift.left
        if reads.never_matched(gift.donor, terms, self.hosts):
            amount, cut, source = 0, Cut.EXCLUDED, ""
        elif self.funds[gift.fund_id].state != FundState.OPEN:
            amount, cut = 0, Cut.STATE
        elif is_unknown and not terms.anonymous_day_cap:
            amount, cut = 0, Cut.ANONYMOUS
        else:
            amount, cut = rules.matched(base, own.ratio, minimum=terms.gift_min, limits=limits)
        return Match(
            programme=self.programme,
            donation=gift,
            fund_id=gift.fund_id,
            number=self.number + 1,
            day=_day(gift),
            source=source,
            base=base,
            ratio_part=own.ratio.part,
            ratio_whole=own.ratio.whole,
            fund_cap=own.fund_cap,
            amount=amount,
            cut=cut.value,
            refunded=gift.refunded,
            matched_at=clock.now(),
        )

    def count(self, row: Match) -> None:
        """Take what the row draws off every limit."""
        self.number = row.number
        self.pot -= row.amount
        self.by_fund[row.fund_id] += row.amount
        self.by_source[row.source] += row.amount


def _day(gift: Donation) -> date:
    if gift.day is None:
        raise ValueError(f"gift {gift.code} is booked without a day")
    return gift.day


def _write(programme: Programme, rows: list[Match], codes: Mapping[int, str]) -> None:
    """Book and keep the matches of one set."""
    if not rows:
        return
    today = clock.today()
    drawing = [row for row in rows if row.amount]
    entries = ledger.post_many(
        [
            gift_of(programme, str(row.number), fund=codes[row.fund_id], amount=row.amount, day=today)
            for row in drawing
        ]
    )
    for row, entry in zip(drawing, entries, strict=True):
        row.entry_id = entry
    Match.objects.bulk_create(rows)
    drawn = sum(row.amount for row in rows)
    audit.record(None, "match_gifts", programme, gifts=len(rows), amount=drawn, until=rows[-1].number)
    touched = {f"fund:{codes[row.fund_id]}" for row in drawing}
    versions.bump("site", f"fund:{programme.source.code}", *touched)
    if drawing:
        jobs.kick("funds.fold_totals")


def _say_waiting(programme: Programme, *, is_short: bool) -> None:
    """Keep since when gifts wait for the host's free money; the public page says so."""
    since = (programme.waiting_since or clock.now()) if is_short else None
    if since != programme.waiting_since:
        programme.waiting_since = since
        programme.save(update_fields=["waiting_since"])
        versions.bump("site")
