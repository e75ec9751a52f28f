"""A gift that is given back takes its match along, in proportion; what comes back is in the pot again."""

from collections import defaultdict

from apps.core import audit, clock, jobs, versions
from apps.core.verbs import verb
from apps.funds.models import Fund
from apps.funds.queries import available, ended, heir_of
from apps.ledger import services as ledger
from apps.ledger.rules import Draft
from apps.seeding import queries, rules
from apps.seeding.models import Match, Programme, TakenBack
from apps.seeding.queries import matching as reads
from apps.seeding.services.locks import lock_funds, lock_programme
from apps.seeding.services.moving import gift_of, taking_back

BATCH = 300


@verb
def take_back_batch(code: str) -> int:
    """Bring the first matches whose gift changed in line with what is left of it; return how many were looked at.

    A gift that was given back takes a proportional part of its match along, also after the programme ended. A dispute
    that was won gives the part back, as far as the pot still holds it.
    """
    programme = lock_programme(code)
    changed = reads.changed_matches(programme)
    picked = list(changed.select_related("fund")[:BATCH])
    if not picked:
        return 0
    # What an ended fund was matched lies with the fund that stands for it.
    heirs = {row.fund_id: heir_of(row.fund, "").fund for row in picked}
    funds = lock_funds({programme.source.code, *(fund.code for fund in heirs.values())})
    if ended(funds.values()) and heirs != {row.fund_id: heir_of(row.fund, "").fund for row in picked}:
        # One ended meanwhile. A fund that was closed without an heir keeps its own debt, for `check_books` to show.
        return take_back_batch(code)
    rows = list(changed.filter(pk__in=[row.pk for row in picked]).select_related("donation"))
    turn = _Turn(
        programme,
        {fund.pk: fund for fund in funds.values()},
        {fund: heir.pk for fund, heir in heirs.items()},
    )
    for row in rows:
        turn.settle(row)
    turn.write()
    Match.objects.bulk_update(rows, ["taken", "refunded"])
    if turn.made:
        back = sum(one.amount for one in turn.made)
        audit.record(None, "take_back_matches", programme, matches=len(turn.made), amount=back)
        versions.bump("site", *(f"fund:{fund}" for fund in funds))
        jobs.kick("funds.fold_totals")
    return len(rows)


class _Turn:
    """One set of takings-back. The caller holds the locks of the programme and the funds."""

    def __init__(self, programme: Programme, funds: dict[int, Fund], heirs: dict[int, int]) -> None:
        self.programme, self.funds, self.heirs = programme, funds, heirs
        self.number = reads.last_number(programme)
        self.pot = programme.pot - queries.given(programme)
        self.used = defaultdict(int, reads.drawn_by_fund(programme, set(heirs)))
        self.free = {pk: max(0, available(fund).get("", 0)) for pk, fund in funds.items()}
        self.today = clock.today()
        self.drafts: list[Draft] = []
        self.made: list[TakenBack] = []

    def settle(self, row: Match) -> None:
        """Reckon one match anew."""
        gift = row.donation
        # A gift that was booked to the wrong fund takes its whole match along: it was never that fund's.
        left = min(row.base, gift.left) if gift.fund_id == row.fund_id else 0
        change = rules.to_take_back(row.amount, base=row.base, left=left) - row.taken
        row.refunded = gift.refunded
        if self.heirs[row.fund_id] == self.programme.source_id:
            # It came back to the source when the fund ended.
            return
        if change < 0:
            change = -self._may_return(row, -change)
        if change == 0:
            return
        self.number += 1
        heir = self.heirs[row.fund_id]
        key, fund = str(self.number), self.funds[heir].code
        short = max(0, change - self.free[heir])
        draft = (
            taking_back(self.programme, key, fund=fund, amount=change, short=short, day=self.today)
            if change > 0
            else gift_of(self.programme, key, fund=fund, amount=-change, day=self.today)
        )
        self.drafts.append(draft)
        self.made.append(
            TakenBack(
                programme=self.programme,
                match=row,
                number=self.number,
                amount=change,
                left=left,
                short=short,
                taken_at=clock.now(),
            )
        )
        row.taken += change
        self.pot += change
        self.used[row.fund_id] -= change
        self.free[heir] -= change - short
        self.free[self.programme.source_id] += change - short

    def _may_return(self, row: Match, wanted: int) -> int:
        """Return how much of a match may be given again: what pot, the fund's cap and the host's money still allow."""
        if self.programme.closed_at is not None:
            return 0
        room = (self.pot, row.fund_cap - self.used[row.fund_id], self.free[self.programme.source_id])
        return max(0, min(wanted, *room))

    def write(self) -> None:
        """Book and keep what was made."""
        entries = ledger.post_many(self.drafts)
        for one, entry in zip(self.made, entries, strict=True):
            one.entry_id = entry
        TakenBack.objects.bulk_create(self.made)
