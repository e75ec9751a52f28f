"""Counting, and the record of a closed motion from which anyone can count again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import Refused
from apps.governance import rules
from apps.governance.models import Ballot, Motion, Seat
from apps.governance.rules import Result, VoteRules
from apps.governance.states import WITHDRAWN

# The first format has neither bases to choose, nor a chair's ballot, nor channels, nor secret votes.
FIRST_FORMAT, FORMAT = "charityfund-motion/1", "charityfund-motion/2"


def vote_rules(motion: Motion, clauses: Mapping[str, Any] | None = None) -> VoteRules:
    """Return the clauses pinned at opening as the tally takes them; a clause that was not there yet is as it was.

    `clauses` puts others in the place of the pinned ones, to see what they would have made of the vote.
    """
    found = motion.rules if clauses is None else clauses
    pinned = rules.BEFORE | {key: clause["value"] for key, clause in found.items()}
    major = rules.is_major(
        amount=motion.amount, limit=pinned["major_grant_fen"], tabled_as_major=motion.is_major
    )
    return VoteRules(
        quorum=_fraction(pinned["quorum_bp"]),
        threshold=_fraction(pinned["major_majority" if major else "majority"]),
        major=major,
        of=pinned["major_base" if major else "majority_base"],
        recused_count=pinned["recusal_base"] == "counted",
        all_seats=pinned["quorum_base"] == "all_seats",
        chair_decides=pinned["tie_rule"] == "chair" and not motion.is_secret,
    )


def count(motion: Motion) -> Result:
    """Return the tally of the rows as they stand. Raises `Refused` before the deadline, to everyone."""
    if motion.closes_at is None or clock.now() < motion.closes_at or motion.state == WITHDRAWN:
        raise Refused(_("表决截止前，谁也看不到票数。"))
    return tally_of(motion)


def tally_of(motion: Motion) -> Result:
    """Return the tally of a motion's rows; to be called after the close only."""
    prefetch_related_objects([motion], "roll__seat", "recusals", "ballots")
    roll = list(motion.roll.all())
    return rules.tally(
        [entry.seat_id for entry in roll],
        recused={recusal.seat_id for recusal in motion.recusals.all()},
        ballots={ballot.seat_id: ballot.choice for ballot in motion.ballots.all() if ballot.is_current},
        rules=vote_rules(motion),
        seats_total=motion.seats_total,
        chair=next((entry.seat_id for entry in roll if entry.seat.office == Seat.Office.CHAIR), None),
    )


def published(motion: Motion, tally: Result) -> dict[str, Any]:
    """Return what is written into `Motion.result`, once: the arithmetic, the seats, and the ballots by channel.

    An open vote says seat by seat who voted how. A secret one says who voted, and apart from it lists the ballots by
    their random receipts. A recusal is published, its reason never is.
    """
    ballots = list(motion.ballots.filter(is_current=True).order_by("receipt", "pk"))
    by_seat = {ballot.seat_id: ballot for ballot in ballots}
    aside = set(motion.recusals.values_list("seat_id", flat=True))
    witnesses = {seat.user_id: seat.user.name for seat in motion.committee.seats.select_related("user")}
    roll = motion.roll.select_related("seat__user").order_by("seat__office", "seat__user__name", "seat_id")
    row = _secret_row if motion.is_secret else _open_row
    seats = [
        _seat(entry.seat) | {"choice": rules.RECUSED}
        if entry.seat_id in aside
        else _seat(entry.seat) | row(by_seat.get(entry.seat_id), witnesses)
        for entry in roll
    ]
    arithmetic = {
        key: list(value) if isinstance(value, tuple) else value for key, value in asdict(tally).items()
    }
    written = {
        "format": FORMAT,
        "arithmetic": arithmetic,
        "seats": seats,
        "channels": by_channel([(ballot.channel, ballot.choice) for ballot in ballots], motion.is_secret),
    }
    if motion.is_secret:
        # In the order of the receipts, which are random: nothing of who voted or when is left in it.
        written["ballots"] = [
            {"receipt": ballot.receipt, "choice": ballot.choice, "subject_hash": ballot.subject_hash}
            for ballot in ballots
        ]
    return written


def by_channel(ballots: list[tuple[str, str]], is_secret: bool) -> list[dict[str, str | int]]:
    """Return for each channel with ballots how many came by it and, in an open vote, of each choice."""
    rows: list[dict[str, str | int]] = []
    for channel in Ballot.Channel.values:
        choices = Counter(choice for one, choice in ballots if one == channel)
        if choices:
            parts = {} if is_secret else {choice: choices[choice] for choice in rules.CHOICES}
            rows.append({"channel": channel, "ballots": choices.total(), **parts})
    return rows


def _seat(seat: Seat) -> dict[str, str | int]:
    return {"seat": seat.pk, "name": seat.user.name, "office": seat.office, "kind": seat.kind}


def _open_row(ballot: Ballot | None, witnesses: dict[int, str]) -> dict[str, str | int]:
    if ballot is None:
        return {"choice": rules.ABSENT}
    return {
        "choice": ballot.choice,
        "channel": ballot.channel,
        "cast_at": utc_text(ballot.cast_at),
        "subject_hash": ballot.subject_hash,
        "reason": ballot.reason,
        "witness": witnesses.get(ballot.witness_id or 0, ""),
    }


def _secret_row(ballot: Ballot | None, _witnesses: dict[int, str]) -> dict[str, str | int]:
    return {"choice": rules.VOTED if ballot else rules.ABSENT}


def result(motion: Motion) -> Result | None:
    """Return the published tally, or None before the close."""
    if not motion.is_decided or motion.result is None:
        return None
    figures: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in motion.result["arithmetic"].items()
    }
    if "of_all" in figures:
        # As the first format counted: a major matter of all who should come, an ordinary one of those present.
        major = figures.pop("of_all")
        figures |= {"vacant": 0, "major": major, "of": rules.OF_ALL if major else rules.OF_PRESENT}
        figures["threshold_of"] = figures["base" if major else "present"]
    return Result(**figures)


def record_of(motion: Motion) -> dict[str, Any] | None:
    """Return a closed motion as plain values from which the result can be recomputed, or None before the close.

    Moments are UTC text of one width, so that they compare as text; fen are integers.
    """
    if not motion.is_decided or motion.result is None:
        return None
    record = {
        "format": motion.result.get("format", FIRST_FORMAT),
        "number": motion.number,
        "text": text_of(motion),
        "subject_hash": motion.subject_hash,
        "rules": motion.rules,
        "composition": motion.composition or [],
        "opens_at": utc_text(motion.opens_at),
        "closes_at": utc_text(motion.closes_at),
        "decided_at": utc_text(motion.decided_at),
        **{key: value for key, value in motion.result.items() if key != "format"},
    }
    if record["format"] == FIRST_FORMAT:
        return record
    return record | {"is_secret": motion.is_secret, "seats_total": motion.seats_total}


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


def _fraction(value: list[int]) -> rules.Fraction:
    numerator, denominator = value
    return numerator, denominator


def utc_text(moment: datetime | None) -> str:
    """Return a moment as UTC text of fixed width: 2026-11-21T10:00:00.000000Z."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
