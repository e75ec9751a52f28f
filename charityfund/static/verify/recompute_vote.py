"""Recompute the result of a committee's vote from its published record. Needs Python 3.9 or newer and nothing else.

    python3 recompute_vote.py record.json [receipt]

The record is what /m/<code>/record.json gives after the close. The script checks the text's fingerprint, that every
ballot was cast on that text, by a seat on the roll, in time, once, and by nobody who stepped aside; then it counts by
the rules in the record and compares with the published figures. A secret vote lists its ballots by receipt, apart from
who voted; give your receipt to see your own ballot among them. Exit code: 0 all agrees, 1 something differs, 2 the
file cannot be read.
"""

import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

Record = dict[str, Any]
CHOICES = ("yes", "no", "abstain")
WORDS = {"yes": "赞成", "no": "反对", "abstain": "弃权"}
FIRST_FORMAT, FORMAT = "charityfund-motion/1", "charityfund-motion/2"
# How it was before a rulebook could say; records from then have no such clause.
BEFORE = {"quorum_base": "filled", "majority_base": "present", "major_base": "all", "tie_rule": "lost"}


def canonical(value: Any) -> str:
    """Return RFC 8785 canonical JSON of text, whole numbers, booleans, None, lists and objects, in NFC."""
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(unicodedata.normalize("NFC", value), ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    raise ValueError("the record holds something other than text, whole numbers, lists and objects")


def faults_of_ballots(record: Record) -> list[str]:
    """Return a sentence for every ballot or text that does not belong."""
    faults = []
    if record.get("format") not in (FIRST_FORMAT, FORMAT):
        faults.append("the record's format is unknown: get the newest script")
    fingerprint = hashlib.sha256(canonical(record["text"]).encode()).hexdigest()
    if fingerprint != record["subject_hash"]:
        faults.append("the text is not the one that was voted on: its fingerprint is " + fingerprint)
    seats = [row["seat"] for row in record["seats"]]
    if len(set(seats)) != len(seats):
        faults.append("a seat stands twice on the roll")
    if record.get("is_secret", False) != is_secret(record):
        faults.append("whether the vote is secret is not what the rules say")
    return faults + (faults_of_secret_ballots(record) if is_secret(record) else faults_of_seats(record))


def faults_of_seats(record: Record) -> list[str]:
    """Return what is wrong with the seats of an open vote, each with its ballot."""
    faults = []
    if record.get("ballots"):
        faults.append("an open vote has no ballots beside its seats")
    for row in record["seats"]:
        where = f"seat {row['seat']}: "
        if row["choice"] not in (*CHOICES, "absent", "recused"):
            faults.append(where + "an unknown choice")
        if row["choice"] not in CHOICES:
            continue
        if row.get("subject_hash") != record["subject_hash"]:
            faults.append(where + "voted on another text")
        if not record["opens_at"] <= row.get("cast_at", "") < record["closes_at"]:
            faults.append(where + "voted outside the voting time")
    return faults


def faults_of_secret_ballots(record: Record) -> list[str]:
    """Return what is wrong with a secret vote: who voted on one side, the ballots by receipt on the other."""
    faults, ballots = [], record.get("ballots", [])
    for row in record["seats"]:
        if row["choice"] not in ("voted", "absent", "recused"):
            faults.append(f"seat {row['seat']}: a secret vote says only who voted")
    if len({ballot["receipt"] for ballot in ballots}) != len(ballots):
        faults.append("a receipt stands twice")
    if len(ballots) != [row["choice"] for row in record["seats"]].count("voted"):
        faults.append("there are not as many ballots as seats that voted")
    for ballot in ballots:
        if ballot["choice"] not in CHOICES:
            faults.append(f"receipt {ballot['receipt']}: an unknown choice")
        if ballot["subject_hash"] != record["subject_hash"]:
            faults.append(f"receipt {ballot['receipt']}: voted on another text")
    return faults


def is_secret(record: Record) -> bool:
    """Whether the rules in the record make this vote secret."""
    clause = record["rules"].get("secret_ballot", {"value": "none"})["value"]
    if record.get("format") == FIRST_FORMAT:
        return False
    return bool(clause == "all" or (clause == "elections" and record["text"]["kind"] == "election"))


def faults_of_channels(record: Record) -> list[str]:
    """Return what is wrong with the totals by channel."""
    if record.get("format") == FIRST_FORMAT:
        return []
    faults = []
    voted = [row for row in record["seats"] if row["choice"] in (*CHOICES, "voted")]
    if sum(row["ballots"] for row in record["channels"]) != len(voted):
        faults.append("the channels' totals are not all ballots")
    for row in record["channels"] if not is_secret(record) else []:
        for choice in CHOICES:
            seats = [
                seat for seat in voted if (seat.get("channel"), seat["choice"]) == (row["channel"], choice)
            ]
            if row.get(choice) != len(seats):
                faults.append(f"channel {row['channel']}: {choice} is not what the seats say")
        if row["ballots"] != sum(row.get(choice, 0) for choice in CHOICES):
            faults.append(f"channel {row['channel']}: the total is not its sum")
    return faults


def count(record: Record) -> dict[str, Any]:
    """Return the figures that follow from roll, recusals, ballots and rules."""
    rules = {**BEFORE, **{key: clause["value"] for key, clause in record["rules"].items()}}
    if record.get("format") == FIRST_FORMAT:
        rules.update(BEFORE)
    seats = record["seats"]
    choices = [row["choice"] for row in (record.get("ballots", []) if is_secret(record) else seats)]
    roll, recused = len(seats), [row["choice"] for row in seats].count("recused")
    yes, no, abstain = (choices.count(choice) for choice in CHOICES)
    present = yes + no + abstain
    vacant = max(record["seats_total"] - roll, 0) if rules["quorum_base"] == "all_seats" else 0
    base = vacant + (roll if rules["recusal_base"] == "counted" else roll - recused)
    major = record["text"]["is_major"] or record["text"]["amount"] > rules["major_grant_fen"]
    threshold = rules["major_majority" if major else "majority"]
    of = rules["major_base" if major else "majority_base"]
    threshold_of = {"all": base, "present": present, "cast": yes + no}[of]
    quorum_needed = max(1, round_up(rules["quorum_bp"], base))
    yes_needed = max(1, round_up(threshold, threshold_of))
    if not major:
        yes_needed = threshold[0] * threshold_of // threshold[1] + 1
    quorum_met, threshold_met = present >= quorum_needed, yes >= yes_needed
    casting = ""
    if yes == no and yes > 0 and not threshold_met and not major and 2 * threshold[0] == threshold[1]:
        casting = chairs_ballot(record) if rules["tie_rule"] == "chair" else ""
    decided_by = "chair" if casting else "threshold"
    return {
        "roll": roll,
        "vacant": vacant,
        "recused": recused,
        "base": base,
        "quorum": rules["quorum_bp"],
        "quorum_needed": quorum_needed,
        "present": present,
        "absent": roll - recused - present,
        "quorum_met": quorum_met,
        "yes": yes,
        "no": no,
        "abstain": abstain,
        "threshold": threshold,
        "major": major,
        "of": of,
        "threshold_of": threshold_of,
        "yes_needed": yes_needed,
        "threshold_met": threshold_met,
        "carried": quorum_met and (threshold_met or casting == "yes"),
        "decided_by": "all_recused" if roll == recused else decided_by if quorum_met else "quorum",
    }


def chairs_ballot(record: Record) -> str:
    """Return the chair's yes or no in an open vote; empty if there is none or the vote is secret."""
    if is_secret(record):
        return ""
    said: list[str] = [row["choice"] for row in record["seats"] if row.get("office") == "chair"]
    return said[0] if said and said[0] in ("yes", "no") else ""


def as_first_format(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures by the names that the first format had."""
    named = {**figures, "of_all": figures["major"]}
    for name in ("vacant", "major", "of", "threshold_of"):
        del named[name]
    return named


def round_up(share: tuple[int, int], of: int) -> int:
    """Return the smallest whole number that is at least the share of `of`."""
    return -(-share[0] * of // share[1])


def check(record: Record) -> list[str]:
    """Return everything that differs; empty when the record proves itself."""
    faults = faults_of_ballots(record) + faults_of_channels(record)
    counted = count(record)
    if record.get("format") == FIRST_FORMAT:
        counted = as_first_format(counted)
    for name in sorted(set(counted) | set(record["arithmetic"])):
        published, recomputed = record["arithmetic"].get(name), counted.get(name)
        if published != recomputed:
            faults.append(f"{name}: published {published!r}, recomputed {recomputed!r}")
    return faults


def words_on_receipt(record: Record, receipt: str) -> str:
    """Return what the ballot with this receipt says, or that there is none."""
    for ballot in record.get("ballots", []):
        if ballot["receipt"] == receipt.strip().upper():
            return f"回执 {ballot['receipt']}：{WORDS[ballot['choice']]}"
    return f"没有回执 {receipt}"


def main(arguments: list[str]) -> int:
    """Check one file and say what was found."""
    try:
        record = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        faults = check(record)
        counted = count(record)
        receipts = [words_on_receipt(record, receipt) for receipt in arguments[1:]]
    except (IndexError, OSError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        sys.stdout.write(f"cannot read the record: {error!r}\n")
        return 2
    outcome = "通过" if counted["carried"] else "未通过"
    lines = [
        f"应到 {counted['base']} 到会 {counted['present']} 赞成 {counted['yes']} → {outcome}",
        f"摘要 {record['subject_hash']} {'不一致' if faults else '一致'}",
        *receipts,
        *("✗ " + fault for fault in faults),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
