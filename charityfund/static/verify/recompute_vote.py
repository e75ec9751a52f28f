"""Recompute the result of a committee's vote from its published record. Needs Python 3.9 or newer and nothing else.

    python3 recompute_vote.py record.json

The record is what /m/<code>/record.json gives after the close. The script checks the text's fingerprint, that every
ballot was cast on that text, by a seat on the roll, in time, once, and by nobody who stepped aside; then it counts by
the rules in the record and compares with the published figures. Exit code: 0 all agrees, 1 something differs, 2 the
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
    fingerprint = hashlib.sha256(canonical(record["text"]).encode()).hexdigest()
    if fingerprint != record["subject_hash"]:
        faults.append("the text is not the one that was voted on: its fingerprint is " + fingerprint)
    seats = [row["seat"] for row in record["seats"]]
    if len(set(seats)) != len(seats):
        faults.append("a seat stands twice on the roll")
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


def count(record: Record) -> dict[str, Any]:
    """Return the figures that follow from roll, recusals, ballots and rules."""
    rules = {key: clause["value"] for key, clause in record["rules"].items()}
    choices = [row["choice"] for row in record["seats"]]
    roll, recused = len(choices), choices.count("recused")
    yes, no, abstain = (choices.count(choice) for choice in CHOICES)
    present = yes + no + abstain
    base = roll if rules["recusal_base"] == "counted" else roll - recused
    major = record["text"]["is_major"] or record["text"]["amount"] > rules["major_grant_fen"]
    threshold = rules["major_majority" if major else "majority"]
    quorum_needed = max(1, round_up(rules["quorum_bp"], base))
    yes_needed = max(1, round_up(threshold, base)) if major else threshold[0] * present // threshold[1] + 1
    quorum_met, threshold_met = present >= quorum_needed, yes >= yes_needed
    return {
        "roll": roll,
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
        "of_all": major,
        "yes_needed": yes_needed,
        "threshold_met": threshold_met,
        "carried": quorum_met and threshold_met,
        "decided_by": "all_recused" if roll == recused else "threshold" if quorum_met else "quorum",
    }


def round_up(share: tuple[int, int], of: int) -> int:
    """Return the smallest whole number that is at least the share of `of`."""
    return -(-share[0] * of // share[1])


def check(record: Record) -> list[str]:
    """Return everything that differs; empty when the record proves itself."""
    faults = faults_of_ballots(record)
    counted = count(record)
    for name in sorted(set(counted) | set(record["arithmetic"])):
        published, recomputed = record["arithmetic"].get(name), counted.get(name)
        if published != recomputed:
            faults.append(f"{name}: published {published!r}, recomputed {recomputed!r}")
    return faults


def main(arguments: list[str]) -> int:
    """Check one file and say what was found."""
    try:
        record = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        faults = check(record)
    except (IndexError, OSError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        sys.stdout.write(f"cannot read the record: {error!r}\n")
        return 2
    counted = count(record)
    outcome = "通过" if counted["carried"] else "未通过"
    lines = [
        f"应到 {counted['base']} 到会 {counted['present']} 赞成 {counted['yes']} → {outcome}",
        f"摘要 {record['subject_hash']} {'不一致' if faults else '一致'}",
        *("✗ " + fault for fault in faults),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
