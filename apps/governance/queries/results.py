"""Counting, and the published result: lines of arithmetic with their clauses, and the record to recompute it from."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import Refused
from apps.funds.rules import clause as clause_kind
from apps.funds.rules import words as value_words
from apps.funds.states import RuleLevel
from apps.governance import rules
from apps.governance.models import Ballot, Motion, Seat
from apps.governance.rules import Result, VoteRules
from apps.governance.states import WITHDRAWN

FORMAT = "charityfund-motion/1"


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
    """One line of the arithmetic: a question, the sum in figures, the comparison, and whether it was met."""

    question: str
    sum: str
    verdict: str
    met: bool | None
    clause: ClauseSource | None


@dataclass(frozen=True)
class SeatVote:
    """What one seat did: its choice, or `absent`, or `recused` (never why)."""

    name: str
    office: str
    kind: str
    choice: str
    choice_words: str
    channel_words: str
    witness: str
    reason: str


@dataclass(frozen=True)
class ResultPage:
    """A closed motion's result, ready to be shown."""

    tally: Result
    lines: tuple[ResultLine, ...]
    seats: tuple[SeatVote, ...]
    sentence: str
    subject_hash: str


def vote_rules(motion: Motion) -> VoteRules:
    """Return the clauses pinned at opening as the tally takes them."""
    pinned = {key: clause["value"] for key, clause in motion.rules.items()}
    major = rules.is_major(
        amount=motion.amount, limit=pinned["major_grant_fen"], tabled_as_major=motion.is_major
    )
    return VoteRules(
        quorum=_fraction(pinned["quorum_bp"]),
        threshold=_fraction(pinned["major_majority" if major else "majority"]),
        of_all=major,
        recused_count=pinned["recusal_base"] == "counted",
    )


def count(motion: Motion) -> Result:
    """Return the tally of the rows as they stand. Raises `Refused` before the deadline, to everyone."""
    if motion.closes_at is None or clock.now() < motion.closes_at or motion.state == WITHDRAWN:
        raise Refused(_("表决截止前，谁也看不到票数。"))
    return rules.tally(
        list(motion.roll.values_list("seat_id", flat=True)),
        recused=set(motion.recusals.values_list("seat_id", flat=True)),
        ballots=dict(motion.ballots.filter(is_current=True).values_list("seat_id", "choice")),
        rules=vote_rules(motion),
    )


def published(motion: Motion, tally: Result) -> dict[str, Any]:
    """Return what is written into `Motion.result`, once: the arithmetic, and seat by seat who voted how.

    The ballot is open. A recusal is published, its reason never is.
    """
    ballots = {ballot.seat_id: ballot for ballot in motion.ballots.filter(is_current=True)}
    recused = set(motion.recusals.values_list("seat_id", flat=True))
    witnesses = {seat.user_id: seat.user.name for seat in motion.committee.seats.select_related("user")}
    seats = []
    for entry in motion.roll.select_related("seat__user").order_by(
        "seat__office", "seat__user__name", "seat_id"
    ):
        aside = entry.seat_id in recused
        ballot = None if aside else ballots.get(entry.seat_id)
        seats.append(_seat_row(entry.seat, ballot, aside=aside, witnesses=witnesses))
    arithmetic = {
        key: list(value) if isinstance(value, tuple) else value for key, value in asdict(tally).items()
    }
    return {"arithmetic": arithmetic, "seats": seats}


def _seat_row(
    seat: Seat, ballot: Ballot | None, *, aside: bool, witnesses: dict[int, str]
) -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "seat": seat.pk,
        "name": seat.user.name,
        "office": seat.office,
        "kind": seat.kind,
        "choice": rules.RECUSED if aside else rules.ABSENT,
    }
    if ballot is not None:
        row |= {
            "choice": ballot.choice,
            "channel": ballot.channel,
            "cast_at": utc_text(ballot.cast_at),
            "subject_hash": ballot.subject_hash,
            "reason": ballot.reason,
            "witness": witnesses.get(ballot.witness_id or 0, ""),
        }
    return row


def result(motion: Motion) -> Result | None:
    """Return the published tally, or None before the close."""
    if not motion.is_decided or motion.result is None:
        return None
    figures: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in motion.result["arithmetic"].items()
    }
    return Result(**figures)


def record_of(motion: Motion) -> dict[str, Any] | None:
    """Return a closed motion as plain values from which the result can be recomputed, or None before the close.

    Moments are UTC text of one width, so that they compare as text; fen are integers.
    """
    if not motion.is_decided or motion.result is None:
        return None
    return {
        "format": FORMAT,
        "number": motion.number,
        "text": text_of(motion),
        "subject_hash": motion.subject_hash,
        "rules": motion.rules,
        "composition": motion.composition or [],
        "opens_at": utc_text(motion.opens_at),
        "closes_at": utc_text(motion.closes_at),
        "decided_at": utc_text(motion.decided_at),
        "seats": motion.result["seats"],
        "arithmetic": motion.result["arithmetic"],
    }


def text_of(motion: Motion) -> dict[str, object]:
    """Return everything the members voted on; its fingerprint is `Motion.subject_hash`."""
    return rules.frozen_text(
        code=motion.code,
        fund=motion.committee.fund.code,
        kind=motion.kind,
        title=motion.title,
        amount=motion.amount,
        restriction=motion.restriction,
        is_major=motion.is_major,
        subject=motion.facts,
    )


def result_of(motion: Motion) -> ResultPage | None:
    """Return a closed motion's result with labelled lines and their clauses, or None before the close."""
    tally = result(motion)
    if tally is None or motion.result is None:
        return None
    return ResultPage(
        tally=tally,
        lines=tuple(_lines(motion, tally)),
        seats=tuple(_seat_vote(row) for row in motion.result["seats"]),
        sentence=_sentence(tally),
        subject_hash=motion.subject_hash,
    )


def _lines(motion: Motion, tally: Result) -> list[ResultLine]:
    figures = asdict(tally)
    base_sum = (
        _("%(roll)d 委员，其中 %(recused)d 回避，仍算 %(base)d 人")
        if tally.recused and tally.base == tally.roll
        else _("%(roll)d 委员 − %(recused)d 回避 = %(base)d 人")
    )
    lines = [ResultLine(_("该来几人"), base_sum % figures, "", None, _source(motion, "recusal_base"))]
    if tally.decided_by == "all_recused":
        return lines
    lines.append(
        ResultLine(
            _("来够了吗"),
            _("%(base)d × %(share)s = %(needed)s 人，来了 %(present)d 人")
            % {
                "base": tally.base,
                "share": _share(tally.quorum),
                "needed": _product(tally.quorum, tally.base),
                "present": tally.present,
            },
            _comparison(tally.present, "≥", "<", _product(tally.quorum, tally.base), met=tally.quorum_met)
            + (_("，够了") if tally.quorum_met else _("，不够，没有开成")),
            tally.quorum_met,
            _source(motion, "quorum_bp"),
        )
    )
    if tally.quorum_met:
        lines.append(_threshold_line(motion, tally))
    return lines


def _threshold_line(motion: Motion, tally: Result) -> ResultLine:
    of = tally.base if tally.of_all else tally.present
    needed = _product(tally.threshold, of)
    meets, fails = ("≥", "<") if tally.of_all else (">", "≤")
    question = _("重大事项：同意够全体的 %(share)s 吗") if tally.of_all else _("同意超过到会的 %(share)s 吗")
    return ResultLine(
        question % {"share": _share(tally.threshold)},
        _("%(of)d × %(share)s = %(needed)s 票，赞成 %(yes)d 票")
        % {"of": of, "share": _share(tally.threshold), "needed": needed, "yes": tally.yes},
        _comparison(tally.yes, meets, fails, needed, met=tally.threshold_met)
        + (_("，通过") if tally.carried else _("，没有通过")),
        tally.threshold_met,
        _source(motion, "major_majority" if tally.of_all else "majority"),
    )


def _sentence(tally: Result) -> str:
    if tally.decided_by == "all_recused":
        return _("所有委员都回避了，没有人可以表决，所以没有通过。")
    if tally.decided_by == "quorum":
        return _("来的人不够，所以没有通过。")
    if tally.yes == 0:
        return _("没有一张赞成票，所以没有通过。")
    return _("赞成的够了，通过。") if tally.carried else _("赞成的不够，没有通过。")


def _comparison(have: int, meets: str, fails: str, needed: str, *, met: bool) -> str:
    return f"{have} {meets if met else fails} {needed}"


def _seat_vote(row: dict[str, Any]) -> SeatVote:
    choices = {**dict(Ballot.Choice.choices), rules.ABSENT: _("未到"), rules.RECUSED: _("回避")}
    channel = row.get("channel", "")
    return SeatVote(
        name=row["name"],
        office=str(Seat.Office(row["office"]).label),
        kind=str(Seat.Kind(row["kind"]).label),
        choice=row["choice"],
        choice_words=str(choices[row["choice"]]),
        channel_words=str(Ballot.Channel(channel).label) if channel else "",
        witness=row.get("witness", ""),
        reason=row.get("reason", ""),
    )


def _source(motion: Motion, key: str) -> ClauseSource:
    pinned = motion.rules[key]
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


def _product(share: rules.Fraction, of: int) -> str:
    """Write share × of exactly: `4`, `2.5`, or `14/3`."""
    numerator, denominator = share[0] * of, share[1]
    if numerator % denominator == 0:
        return str(numerator // denominator)
    if 2 * numerator % denominator == 0:
        return f"{numerator // denominator}.5"
    return f"{numerator}/{denominator}"


def _share(share: rules.Fraction) -> str:
    return f"{share[0]}/{share[1]}"


def _fraction(value: list[int]) -> rules.Fraction:
    numerator, denominator = value
    return numerator, denominator


def utc_text(moment: datetime | None) -> str:
    """Return a moment as UTC text of fixed width: 2026-11-21T10:00:00.000000Z."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
