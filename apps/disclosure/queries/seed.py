"""Seed programmes as everyone reads them: the pot, every draw in its order with its arithmetic, what came back."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.divisions.models import Division
from apps.donations.rules import spoken_name
from apps.donations.states import Channel
from apps.funds.models import Fund
from apps.seeding import queries as seeding
from apps.seeding.models import Award, Match, MatchTerms, Programme, TakenBack
from apps.seeding.queries.matching import waiting_gifts
from apps.seeding.queries.record import record_of, withheld_days
from apps.seeding.queries.scores import applications_of
from apps.seeding.rules import Ratio, score
from apps.seeding.states import ApplicationState, Cut, ProgrammeKind, RewardRule

# A longer record is read from the file; working out its fingerprint for every visit would keep readers waiting.
MOST_FINGERPRINTED = 2000


@dataclass(frozen=True)
class Draw:
    """One draw on the pot or one taking-back, in words. `who` is the donor as the roll shows them; amounts in fen."""

    number: int
    fund: Fund
    day: date
    amount: int
    entry_id: int | None
    who: str = ""
    source: str = ""
    line: str = ""
    cut: str = ""
    short: int = 0
    withheld: bool = False
    is_back: bool = False


def find_programme(code: str) -> Programme | None:
    """Return a programme of an address."""
    found = Programme.objects.select_related("source__host__division").filter(code=code)
    return found.first()


def yuan(fen: int) -> str:
    """Fen as running text writes them."""
    return f"¥{money.written(fen)}"


# --- the rules, in sentences ----------------------------------------------------------------------------------------


def terms_in_words(programme: Programme) -> list[str]:
    """Return by which rules the programme gives, one sentence each."""
    each = yuan(programme.per_fund)
    words = []
    if programme.kind == ProgrammeKind.FIXED:
        words.append(_("每支基金给 %(each)s，一支只给一次。") % {"each": each})
    elif programme.kind == ProgrammeKind.MATCHING:
        words += _matching_words(programme.match_terms)
        words.append(_("一支基金最多配 %(each)s；最后一笔不够时，剩多少配多少。") % {"each": each})
        words.append(_("按入账先后配，一笔只配一次；退捐按比例带回配捐，回到总额里。"))
    else:
        words += _reward_words(programme)
        words.append(_("一支基金最多给 %(each)s。") % {"each": each})
    return words + _reach_words(programme)


def _matching_words(terms: MatchTerms) -> list[str]:
    facts = {
        "part": terms.ratio_part,
        "whole": terms.ratio_whole,
        "least": yuan(terms.gift_min),
        "gift": yuan(terms.gift_cap),
        "day": yuan(terms.day_cap),
        "unknown": yuan(terms.anonymous_day_cap),
        "channels": _("、").join(str(Channel(one).label) for one in terms.channels),
    }
    words = [_("每捐 %(whole)d 元，慈善会配 %(part)d 元。") % facts]
    if terms.gift_min:
        words.append(_("一笔不到 %(least)s 的不配。") % facts)
    if terms.gift_cap:
        words.append(_("一笔最多配 %(gift)s。") % facts)
    if terms.day_cap:
        words.append(
            _("同一来源一天最多配 %(day)s：拆成几笔、换名字换账号，认得出是同一人的，都算一处。") % facts
        )
    if terms.anonymous_day_cap:
        words.append(_("认不出来源的捐款，一天合起来最多配 %(unknown)s。") % facts)
    else:
        words.append(_("认不出来源的捐款不配。"))
    words.append(_("慈善会自己的、政府的捐款不配。"))
    if terms.channels:
        words.append(_("只配这样捐的：%(channels)s。") % facts)
    return words


def _reward_words(programme: Programme) -> list[str]:
    terms = programme.reward_terms
    criteria = _("、").join(f"{one['label']} {one['most']}" for one in terms.criteria)
    words = [
        _("看 %(first)s 到 %(last)s 验收过的成果。")
        % {"first": terms.results_from.isoformat(), "last": terms.results_until.isoformat()},
        _("评分标准和满分：%(criteria)s。至少 %(count)d 人评，取平均。")
        % {"criteria": criteria, "count": terms.reviewers_min},
    ]
    if terms.rule == RewardRule.BANDS:
        bands = _("，").join(
            _("%(points)d 分以上 %(sum)s") % {"points": points, "sum": yuan(fen)}
            for points, fen in terms.bands
        )
        words.append(_("按分数段给：%(bands)s。") % {"bands": bands})
    else:
        words.append(_("总额按得分比例分。"))
    if terms.pass_points:
        words.append(_("不到 %(points)d 分的不给。") % {"points": terms.pass_points})
    return words


def _reach_words(programme: Programme) -> list[str]:
    words = []
    if chosen := list(programme.divisions.values_list("name", flat=True)):
        words.append(_("只给这些地方的基金：%(places)s。") % {"places": _("、").join(chosen)})
    if programme.pilot_bp:
        pilots = _("、").join(programme.pilots.values_list("name", flat=True))
        whole, part = divmod(programme.pilot_bp, 100)
        share = f"{whole}.{part:02d}".rstrip("0").rstrip(".")
        words.append(_("至少 %(share)s%% 给试点：%(pilots)s。") % {"share": share, "pilots": pilots})
    if programme.quota_level:
        facts = {
            "level": Division.Level(programme.quota_level).label,
            "count": programme.quota_awards,
            "sum": yuan(programme.quota_fen),
        }
        if programme.quota_awards:
            words.append(_("同一个地方最多 %(count)d 支。") % facts)
        if programme.quota_fen:
            words.append(_("同一个地方合起来最多 %(sum)s。") % facts)
    if programme.chain:
        steps = " → ".join(str(one["label"]) for one in programme.chain)
        words.append(_("申请要过：%(steps)s。") % {"steps": steps})
    return words


# --- the draws ------------------------------------------------------------------------------------------------------


def matching_draws(programme: Programme, *, before: int | None, limit: int) -> list[Draw]:
    """Return matches and takings-back, the newest first, below a number when told."""
    below = Q() if before is None else Q(number__lt=before)
    matches = (
        Match.objects.filter(below, programme=programme)
        .select_related("fund", "donation")
        .order_by("-number")
    )
    backs = (
        TakenBack.objects.filter(below, programme=programme).select_related("match__fund").order_by("-number")
    )
    hidden = withheld_days(programme)
    terms = programme.match_terms
    rows = [_match(row, terms, is_withheld=row.day in hidden) for row in matches[:limit]]
    rows += [_back(row) for row in backs[:limit]]
    return sorted(rows, key=lambda row: -row.number)[:limit]


def _match(row: Match, terms: MatchTerms, *, is_withheld: bool) -> Draw:
    day = clock.day_of(row.matched_at)
    if is_withheld:
        return Draw(row.number, row.fund, day, row.amount, row.entry_id, withheld=True)
    return Draw(
        row.number,
        row.fund,
        row.day,
        row.amount,
        row.entry_id,
        who=spoken_name(row.donation.name_beside_amount),
        source=row.source[:4] if row.source and not row.source.startswith("anonymous") else "",
        line=_match_line(row),
        cut=_cut_words(row, terms),
    )


def _match_line(row: Match) -> str:
    full = Ratio(row.ratio_part, row.ratio_whole).of(row.base)
    ratio = str(row.ratio_part) if row.ratio_whole == 1 else f"{row.ratio_part}/{row.ratio_whole}"
    return f"{yuan(row.base)} × {ratio} = {yuan(full)}"


def _cut_words(row: Match, terms: MatchTerms) -> str:
    caps = {
        Cut.MINIMUM: terms.gift_min,
        Cut.GIFT: terms.gift_cap,
        Cut.DAY: terms.anonymous_day_cap if row.source.startswith("anonymous") else terms.day_cap,
        Cut.FUND: row.fund_cap,
    }
    cut = Cut(row.cut)
    if cut in caps:
        return f"{cut.label} {yuan(caps[cut])}"
    return str(cut.label) if cut else ""


def _back(row: TakenBack) -> Draw:
    words = (
        _("第 %(number)d 笔退捐，带回配捐") if row.amount > 0 else _("第 %(number)d 笔退捐撤销，配捐还回去")
    )
    return Draw(
        row.number,
        row.match.fund,
        clock.day_of(row.taken_at),
        -row.amount,
        row.entry_id,
        line=words % {"number": row.match.number},
        short=row.short,
        is_back=True,
    )


def award_draws(programme: Programme) -> list[Draw]:
    """Return fixed sums in their order, or rewards by score with what each score is made of."""
    if programme.kind == ProgrammeKind.REWARD:
        return _reward_draws(programme)
    rows = Award.objects.filter(programme=programme).select_related("fund").order_by("pk")
    return [
        Draw(number, row.fund, clock.day_of(row.awarded_at), row.amount, row.entry_id)
        for number, row in enumerate(rows, 1)
    ]


def _reward_draws(programme: Programme) -> list[Draw]:
    awards = {row.application_id: row for row in Award.objects.filter(programme=programme)}
    if not awards:
        return []
    day = clock.day_of(next(iter(awards.values())).awarded_at)
    passed = list(applications_of(programme).filter(state=ApplicationState.PASSED))
    scores = {one.pk: score(row.points for row in one.scores.all()) for one in passed}
    found = []
    for number, one in enumerate(sorted(passed, key=lambda row: (-scores[row.pk], row.pk)), 1):
        sums = sorted((sum(row.points) for row in one.scores.all()), reverse=True)
        average = f"{scores[one.pk] // 100}.{scores[one.pk] % 100:02d}"
        line = f"({' + '.join(map(str, sums))}) ÷ {len(sums)} = {average} {_('分')}"
        award = awards.get(one.pk)
        found.append(
            Draw(
                number,
                one.fund,
                day,
                award.amount if award else 0,
                award.entry_id if award else None,
                line=line,
                cut=str(Cut(one.cut).label) if one.cut else "",
            )
        )
    return found


# --- the rest of the page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenTotals:
    """What refunds took back in all, and what of it the funds owe."""

    back: int
    short: int


def taken_totals(programme: Programme) -> TakenTotals:
    """Return what came back to the pot."""
    sums = TakenBack.objects.filter(programme=programme).aggregate(back=Sum("amount"), short=Sum("short"))
    return TakenTotals(sums["back"] or 0, sums["short"] or 0)


def gross(programme: Programme) -> int:
    """Return what was drawn before anything came back."""
    awarded = Award.objects.filter(programme=programme).aggregate(sum=Sum("amount"))["sum"] or 0
    matched = Match.objects.filter(programme=programme).aggregate(sum=Sum("amount"))["sum"] or 0
    return int(awarded + matched)


def queue(programme: Programme) -> int:
    """Return how many gifts wait to be matched."""
    if programme.kind != ProgrammeKind.MATCHING or programme.closed_at is not None:
        return 0
    return waiting_gifts(programme, programme.match_terms).count()


def fingerprint_of(programme: Programme) -> str:
    """Return the record's fingerprint; empty for a very long record, which carries its own."""
    if Match.objects.filter(programme=programme).count() > MOST_FINGERPRINTED:
        return ""
    return str(record_of(programme)["fingerprint"])


def shares(programme: Programme) -> list[tuple[Fund, int]]:
    """Return what each fund has from a matching programme, the most first."""
    rows = (
        Match.objects.filter(programme=programme)
        .values("fund")
        .annotate(net=Sum(F("amount") - F("taken")))
        .order_by("-net", "fund__code")
    )
    funds = Fund.objects.in_bulk([row["fund"] for row in rows])
    return [(funds[row["fund"]], row["net"]) for row in rows if row["net"]]


def all_programmes() -> list[seeding.ProgrammeView]:
    """Return every programme with its figures, the newest first."""
    return seeding.programmes()
