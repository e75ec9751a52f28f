"""The public result of a closed motion: lines of arithmetic with their clauses, seats, ballots and channels."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.funds.rules import clause as clause_kind
from apps.funds.rules import words as value_words
from apps.funds.states import RuleLevel
from apps.governance import rules
from apps.governance.models import Ballot, Motion, Seat
from apps.governance.queries.records import result
from apps.governance.rules import Result


@dataclass(frozen=True)
class ClauseSource:
    """Where a line's rule stands: who set it (level 0 is the house's default), in which version of which document."""

    key: str
    words: str
    level: int
    level_words: str
    version: int
    title: str
    document: str
    article: str


@dataclass(frozen=True)
class ResultLine:
    """One line of the arithmetic: a question, the sum in figures, the comparison, and whether it was met.

    `clause` is None where the motion's rules had no such clause yet. `note` says a rule in plain words.
    """

    question: str
    sum: str
    verdict: str
    met: bool | None
    clause: ClauseSource | None
    note: str = ""


@dataclass(frozen=True)
class SeatVote:
    """What one seat did: its choice, or `absent`, or `recused` (never why); in a secret vote `voted`."""

    name: str
    office: str
    kind: str
    choice: str
    choice_words: str
    channel_words: str
    witness: str
    reason: str


@dataclass(frozen=True)
class SecretBallot:
    """One ballot of a secret vote: its receipt and its choice, and nobody's name."""

    receipt: str
    choice: str
    choice_words: str


@dataclass(frozen=True)
class ChannelTotal:
    """How many ballots came by one channel; of which choice only in an open vote."""

    words: str
    ballots: int
    yes: int | None
    no: int | None
    abstain: int | None


@dataclass(frozen=True)
class ResultPage:
    """A closed motion's result, ready to be shown."""

    tally: Result
    lines: tuple[ResultLine, ...]
    seats: tuple[SeatVote, ...]
    sentence: str
    subject_hash: str
    is_secret: bool
    ballots: tuple[SecretBallot, ...]
    channels: tuple[ChannelTotal, ...]


def result_of(motion: Motion) -> ResultPage | None:
    """Return a closed motion's result with labelled lines and their clauses, or None before the close."""
    tally = result(motion)
    if tally is None or motion.result is None:
        return None
    words = choice_words()
    return ResultPage(
        tally=tally,
        lines=tuple(_lines(motion, tally)),
        seats=tuple(_seat_vote(row, words) for row in motion.result["seats"]),
        sentence=sentence_of(tally),
        subject_hash=motion.subject_hash,
        is_secret=motion.is_secret,
        ballots=tuple(
            SecretBallot(row["receipt"], row["choice"], words[row["choice"]])
            for row in motion.result.get("ballots", [])
        ),
        channels=tuple(_channel_total(row) for row in motion.result.get("channels", [])),
    )


def choice_words() -> dict[str, str]:
    """Return what each choice of a published seat is called."""
    return {
        **{value: str(label) for value, label in Ballot.Choice.choices},
        rules.ABSENT: _("未到"),
        rules.RECUSED: _("回避"),
        rules.VOTED: _("已投票"),
    }


def _lines(motion: Motion, tally: Result) -> list[ResultLine]:
    lines = [_base_line(motion, tally)]
    if tally.decided_by == rules.ALL_RECUSED:
        return lines
    lines.append(_quorum_line(motion, tally))
    if tally.quorum_met:
        lines.append(_threshold_line(motion, tally))
    if tally.decided_by == rules.CHAIR:
        lines.append(_chair_line(motion, tally))
    return lines


def _base_line(motion: Motion, tally: Result) -> ResultLine:
    """Who should come: the roll, the vacant seats if they count, without those recused unless they count."""
    parts = [_("%(count)d 委员") % {"count": tally.roll}]
    if tally.vacant:
        parts.append(_("+ %(count)d 个空缺的席位") % {"count": tally.vacant})
    counts = tally.recused and tally.base == tally.roll + tally.vacant
    if not counts:
        parts.append(_("− %(count)d 回避") % {"count": tally.recused})
    figures = " ".join(parts) + _(" = %(count)d 人") % {"count": tally.base}
    if counts:
        figures += _("（%(count)d 人回避，仍算在内）") % {"count": tally.recused}
    note = _("空着的席位也算应到：席位不补齐，要来的人就更多。") if tally.vacant else ""
    key = "quorum_base" if tally.vacant else "recusal_base"
    return ResultLine(_("该来几人"), figures, "", None, _source(motion, key), note)


def _quorum_line(motion: Motion, tally: Result) -> ResultLine:
    return ResultLine(
        _("来够了吗"),
        _("%(needed)s，来了 %(present)d 人")
        % {"needed": _at_least(tally.quorum, tally.base, tally.quorum_needed), "present": tally.present},
        _comparison(tally.present, tally.quorum_needed, met=tally.quorum_met)
        + (_("，够了") if tally.quorum_met else _("，不够，没有开成")),
        tally.quorum_met,
        _source(motion, "quorum_bp"),
    )


def _threshold_line(motion: Motion, tally: Result) -> ResultLine:
    share = {"share": _share(tally.threshold)}
    questions = {
        rules.OF_ALL: _("重大事项：同意够全体应到委员的 %(share)s 吗"),
        rules.OF_PRESENT: _("重大事项：同意够到会的 %(share)s 吗")
        if tally.major
        else _("同意超过到会的 %(share)s 吗"),
        rules.OF_CAST: _("同意超过赞成和反对合计的 %(share)s 吗"),
    }
    needed = _at_least if tally.major else _more_than
    outcome = _("，通过") if tally.threshold_met else _("，没有通过")
    if tally.decided_by == rules.CHAIR:
        outcome = _("，赞成和反对一样多")
    base = "major_base" if tally.major else "majority_base"
    note = _("弃权不算进来。") if tally.of == rules.OF_CAST and tally.abstain else ""
    return ResultLine(
        questions[tally.of] % share,
        _("%(needed)s，赞成 %(yes)d 票")
        % {"needed": needed(tally.threshold, tally.threshold_of, tally.yes_needed), "yes": tally.yes},
        _comparison(tally.yes, tally.yes_needed, met=tally.threshold_met) + outcome,
        tally.threshold_met,
        _source(motion, base if note else "major_majority" if tally.major else "majority"),
        note,
    )


def _chair_line(motion: Motion, tally: Result) -> ResultLine:
    return ResultLine(
        _("一样多，听谁的"),
        _("赞成 %(yes)d 票 = 反对 %(no)d 票") % {"yes": tally.yes, "no": tally.no},
        _("主任投的是赞成，通过") if tally.carried else _("主任投的是反对，没有通过"),
        tally.carried,
        _source(motion, "tie_rule"),
        _("主任的票和别人的一样只算一票；只在一样多的时候，看主任投的是哪一边。"),
    )


def sentence_of(tally: Result) -> str:
    """Return the result in one sentence."""
    if tally.decided_by == rules.ALL_RECUSED:
        return _("所有委员都回避了，没有人可以表决，所以没有通过。")
    if tally.decided_by == rules.QUORUM:
        return _("来的人不够，所以没有通过。")
    if tally.decided_by == rules.CHAIR:
        if tally.carried:
            return _("赞成和反对一样多，按规矩以主任的一票为准，通过。")
        return _("赞成和反对一样多，按规矩以主任的一票为准，没有通过。")
    if tally.yes == 0:
        return _("没有一张赞成票，所以没有通过。")
    if not tally.carried and tally.yes == tally.no:
        return _("赞成和反对一样多，所以没有通过。")
    return _("赞成的够了，通过。") if tally.carried else _("赞成的不够，没有通过。")


def _comparison(have: int, needed: int, *, met: bool) -> str:
    return f"{have} {'≥' if met else '<'} {needed}"


def _seat_vote(row: dict[str, Any], words: dict[str, str]) -> SeatVote:
    channel = row.get("channel", "")
    return SeatVote(
        name=row["name"],
        office=str(Seat.Office(row["office"]).label),
        kind=str(Seat.Kind(row["kind"]).label),
        choice=row["choice"],
        choice_words=words[row["choice"]],
        channel_words=str(Ballot.Channel(channel).label) if channel else "",
        witness=row.get("witness", ""),
        reason=row.get("reason", ""),
    )


def _channel_total(row: dict[str, Any]) -> ChannelTotal:
    words = str(Ballot.Channel(row["channel"]).label)
    return ChannelTotal(words, row["ballots"], row.get("yes"), row.get("no"), row.get("abstain"))


def _source(motion: Motion, key: str) -> ClauseSource | None:
    pinned = motion.rules.get(key)
    if pinned is None:
        return None
    kind, level = clause_kind(key), pinned["level"]
    return ClauseSource(
        key=key,
        words=str(kind.label) + _("：") + value_words(kind, pinned["value"]),
        level=level,
        level_words=str(RuleLevel(level).label) if level else _("默认"),
        version=pinned["version"],
        title=pinned["title"],
        document=pinned["document"],
        article=pinned["article"],
    )


def _at_least(share: rules.Fraction, of: int, needed: int) -> str:
    """Write “7 × 2/3 ≈ 4.67，要 5”: the share, and the whole number that reaches it."""
    return _("%(product)s，要 %(needed)d") % {"product": _product(share, of), "needed": needed}


def _more_than(share: rules.Fraction, of: int, needed: int) -> str:
    """Write “6 × 1/2 = 3，超过它要 4”: the share, and the first whole number above it."""
    return _("%(product)s，超过它要 %(needed)d") % {"product": _product(share, of), "needed": needed}


def _product(share: rules.Fraction, of: int) -> str:
    """Write the share of a number: exactly where two decimals hold it, else rounded and said to be so."""
    hundredths, rest = divmod(100 * share[0] * of, share[1])
    if 2 * rest >= share[1]:
        hundredths += 1
    written = f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
    return f"{of} × {_share(share)} {'≈' if rest else '='} {written}"


def _share(share: rules.Fraction) -> str:
    return f"{share[0]}/{share[1]}"
