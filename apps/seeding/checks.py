"""Live invariants of seed money: pots add up, no award stands above its caps, and each has its entry and its gift."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.checks import Check, Row
from apps.funds.models import Fund
from apps.funds.queries import heir_of
from apps.funds.states import FundKind, FundState
from apps.governance.models import Seat
from apps.governance.queries import held
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind
from apps.seeding import queries, rules
from apps.seeding.models import Award, Match, Programme, TakenBack
from apps.seeding.rules import ANONYMOUS_SOURCE, Ratio
from apps.seeding.states import ProgrammeKind

CHUNK = 2000


def overdrawn_pots() -> Iterator[Row]:
    """Programmes that gave more than their pot, or got back more than they gave."""
    for programme in Programme.objects.select_related("source"):
        given = queries.given(programme)
        if not 0 <= given <= programme.pot:
            yield {"programme": programme.code, "pot": programme.pot, "given": given}


def entries_and_rows() -> Iterator[Row]:
    """Awards, matches and takings-back without an entry of their amount, and entries that none of them explains."""
    ours: dict[str, int] = {}
    for code, fund, amount in Award.objects.values_list("programme__code", "fund__code", "amount"):
        ours[f"{code}:{fund}"] = amount
    matches = Match.objects.filter(amount__gt=0).values_list("programme__code", "number", "amount")
    ours |= {f"{code}:{number}": amount for code, number, amount in matches.iterator(chunk_size=CHUNK)}
    backs = TakenBack.objects.values_list("programme__code", "number", "amount")
    ours |= {f"{code}:{number}": -amount for code, number, amount in backs.iterator(chunk_size=CHUNK)}
    # Seen from the host's own funds: what they gave less what they got back.
    general = set(Fund.objects.filter(kind=FundKind.GENERAL).values_list("code", flat=True))
    for source, amount in books.amounts_by_source(EntryKind.SEED.value, "net_unrestricted", funds=general):
        expected = ours.pop(source, None)
        if expected != amount:
            yield {"source": source, "row": expected, "entry": amount}
    yield from ({"source": source, "row": amount, "entry": None} for source, amount in ours.items())


def own_awards() -> Iterator[Row]:
    """Awards without an application by who sat on the fund's committee at that moment."""
    rows = Award.objects.filter(application=None).exclude(awarded_by_id=None)
    for award in rows.select_related("programme", "fund").order_by("pk"):
        day = held(clock.day_of(award.awarded_at), award.awarded_at)
        seats = Seat.objects.filter(day, committee__fund=award.fund, user_id=award.awarded_by_id or 0)
        if seats.exists():
            yield {"programme": award.programme.code, "fund": award.fund.code}


def awards_above_caps() -> Iterator[Row]:
    """Awards above the sum, places above their quota, and more outside the pilots than is theirs."""
    for award in Award.objects.filter(amount__gt=F("programme__per_fund")).select_related("programme"):
        yield {"programme": award.programme.code, "fund": award.fund_id, "amount": award.amount}
    limited = Programme.objects.filter(Q(quota_level__gt=0) | Q(pilot_bp__gt=0)).select_related("source")
    for programme in limited:
        rows = list(Award.objects.filter(programme=programme).select_related("fund"))
        by_place: defaultdict[str, list[int]] = defaultdict(list)
        for row in rows:
            by_place[queries.quota_place(programme, row.fund)].append(row.amount)
        for place, sums in by_place.items() if programme.quota_level else ():
            if (programme.quota_awards and len(sums) > programme.quota_awards) or (
                programme.quota_fen and sum(sums) > programme.quota_fen
            ):
                yield {"programme": programme.code, "place": place, "awards": len(sums), "fen": sum(sums)}
        outside = sum(row.amount for row in rows if not queries.is_pilot(programme, row.fund))
        if programme.pilot_bp and outside > rules.others_total(
            programme.pot, programme.pilot_bp, each=programme.per_fund if programme.kind == "fixed" else 0
        ):
            yield {"programme": programme.code, "outside": outside}


def matches_above_caps() -> Iterator[Row]:
    """Matches above the ratio or the cap of a gift, funds above their cap, sources above their day's."""
    rows = Match.objects.filter(amount__gt=0).select_related("programme__match_terms")
    for row in rows.iterator(chunk_size=CHUNK):
        terms = row.programme.match_terms
        most = min(Ratio(row.ratio_part, row.ratio_whole).of(row.base), terms.gift_cap or row.amount)
        if row.amount > most or row.base < terms.gift_min:
            yield {"programme": row.programme.code, "number": row.number, "amount": row.amount, "most": most}
    net = Sum(F("amount") - F("taken"))
    for programme, fund, drawn, cap in (
        Match.objects.values_list("programme__code", "fund__code")
        .annotate(drawn=net)
        .filter(drawn__gt=F("programme__per_fund"))
        .values_list("programme__code", "fund__code", "drawn", "programme__per_fund")
    ):
        yield {"programme": programme, "fund": fund, "drawn": drawn, "cap": cap}
    by_source = Match.objects.values("programme__code", "source").annotate(
        drawn=Sum("amount"),
        day_cap=F("programme__match_terms__day_cap"),
        unknown_cap=F("programme__match_terms__anonymous_day_cap"),
    )
    for one in by_source.iterator(chunk_size=CHUNK):
        unknown = one["source"].startswith(ANONYMOUS_SOURCE)
        cap = one["unknown_cap"] if unknown else one["day_cap"]
        if (cap or unknown) and one["drawn"] > cap:
            yield {"programme": one["programme__code"], "source": one["source"], "drawn": one["drawn"]}


def matches_without_their_gift() -> Iterator[Row]:
    """Matches of gifts that are not booked, of another host or fund, or outside the programme's days."""
    rows = Match.objects.exclude(
        donation__state="booked",
        donation__host=F("programme__source__host"),
        donation__fund=F("fund"),
        donation__day=F("day"),
        day__gte=F("programme__opens_on"),
        day__lte=F("programme__closes_on"),
        base__lte=F("donation__amount"),
    )
    for programme, number in rows.values_list("programme__code", "number"):
        yield {"programme": programme, "number": number}


def taken_back_as_due() -> Iterator[Row]:
    """Matches of which more was taken back than matched, less than their refund asks for, or other than their rows.

    A fund that ended in the programme's source has given everything back by that.
    """
    rows = Match.objects.filter(amount__gt=0).annotate(rows=Sum("taken_back__amount", default=0))
    for row in rows.select_related("programme__source", "fund", "donation").iterator(chunk_size=CHUNK):
        left = row.donation.amount - row.refunded
        due = rules.to_take_back(row.amount, base=row.base, left=left)
        is_back = row.fund.state == FundState.CLOSED and heir_of(row.fund, "").fund == row.programme.source
        if row.taken != row.rows or not (is_back or due <= row.taken) or row.taken > row.amount:
            facts = {"taken": row.taken, "rows": row.rows, "due": due}
            yield {"programme": row.programme.code, "number": row.number, **facts}


def torn_order() -> Iterator[Row]:
    """Matching programmes whose numbers don't run from 1 without a gap."""
    for programme in Programme.objects.filter(kind=ProgrammeKind.MATCHING):
        numbers = [
            *Match.objects.filter(programme=programme).values_list("number", flat=True),
            *TakenBack.objects.filter(programme=programme).values_list("number", flat=True),
        ]
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield {"programme": programme.code, "numbers": len(numbers), "last": max(numbers)}


CHECKS = [
    Check("seeding.pots_hold", _("每个计划给出的不超过总额，也不小于零。"), overdrawn_pots),
    Check(
        "seeding.rows_and_entries",
        _("每笔启动资金、配捐、奖补和收回恰好有一张同样金额的凭证。"),
        entries_and_rows,
    ),
    Check(
        "seeding.awards_within_caps", _("每笔启动资金和奖补不超过封顶、名额和试点比例。"), awards_above_caps
    ),
    Check("seeding.own_awards", _("没有人给自己任职的基金直接拨启动资金。"), own_awards),
    Check("seeding.matches_within_caps", _("每笔配捐不超过比例和各种封顶。"), matches_above_caps),
    Check(
        "seeding.matches_have_gifts",
        _("每笔配捐对应一笔同一基金、期限内入账的捐赠。"),
        matches_without_their_gift,
    ),
    Check("seeding.taken_back_as_due", _("退捐带回的配捐不多不少，不超过配过的。"), taken_back_as_due),
    Check("seeding.numbers_run_on", _("配捐和收回的顺序号从 1 起不断号。"), torn_order),
]
