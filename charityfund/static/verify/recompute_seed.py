"""Recompute a seed programme from its published record. Needs Python 3.9 or newer and nothing else.

    python3 recompute_seed.py record.json [fingerprint]

The record is what /s/<code>/record.json gives. The script checks the record's fingerprint (and, when told, that it is
the one shown on the page), goes through every draw in order, and computes each match, award, taking-back, cap, quota,
the pot and what is left anew. Rows marked `withheld` hide which gift they match, so that nobody learns who gave without
a name; of them only the limits are checked. Amounts are fen. Exit code: 0 all agrees, 1 something differs, 2 the file
cannot be read.
"""

import hashlib
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

Record = dict[str, Any]
LENGTHS = (2, 4, 6, 9, 12)
# The page shows so many characters of a fingerprint.
SHOWN = 16


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


def fingerprint(record: Record) -> str:
    """Return the SHA-256 of everything in the record but its own fingerprint."""
    rest = {key: value for key, value in record.items() if key != "fingerprint"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def split(total: int, weights: list[int]) -> list[int]:
    """Split by largest remainder; ties go to the earlier part."""
    base = sum(weights)
    parts = [total * weight // base for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % base), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def capped(amount: int, limits: list[tuple[int, str]]) -> tuple[int, str]:
    """Return the amount under the smallest limit, and that limit's name; of equal limits the first."""
    cut = ""
    for limit, name in limits:
        if limit < amount:
            amount, cut = max(limit, 0), name
    return amount, cut


class Replay:
    """One programme, gone through from its first draw to its last."""

    def __init__(self, record: Record) -> None:
        self.rules, self.terms, self.record = record["programme"], record["terms"], record
        self.left = self.rules["pot"]
        self.by_fund: dict[str, int] = {}
        self.by_source: dict[str, int] = {}
        self.by_place: dict[str, list[int]] = {}
        self.outside = 0
        self.matches: dict[int, Record] = {}
        self.taken: dict[int, int] = {}
        self.faults: list[str] = []

    def wrong(self, row: Record, words: str) -> None:
        self.faults.append("row {}: {}".format(row["n"], words))

    def give(self, fund: str, amount: int) -> None:
        self.left -= amount
        self.by_fund[fund] = self.by_fund.get(fund, 0) + amount

    def division(self, row: Record) -> str:
        """Return the fund's division, and say when the programme is not for it."""
        division: str = self.record["funds"][row["fund"]]["division"]
        chosen = self.rules["divisions"]
        if chosen and not any(division.startswith(code) for code in chosen):
            self.wrong(row, "the programme is not for this fund")
        return division

    def in_days(self, row: Record) -> None:
        if not self.rules["opens_on"] <= row["day"] <= self.rules["closes_on"]:
            self.wrong(row, "outside the programme's days")

    # --- matches ---

    def match(self, row: Record) -> None:
        """Compute one match anew."""
        part, whole = row["ratio"]
        most_part, most_whole = self.terms["ratio"]
        if part * most_whole > most_part * whole or part <= 0 or whole <= 0:
            self.wrong(row, "a ratio above the programme's")
        if row["fund_cap"] > self.rules["per_fund"]:
            self.wrong(row, "a cap above the programme's")
        if self.left <= 0:
            self.wrong(row, "the pot was empty")
        self.division(row)
        fund_left = row["fund_cap"] - self.by_fund.get(row["fund"], 0)
        if row.get("withheld"):
            caps = [cap for cap in (self.terms["gift_cap"], self.terms["day_cap"]) if cap]
            limits = [fund_left, self.left, *caps]
            if not 0 <= row["amount"] <= max(0, min(limits)):
                self.wrong(row, "above a limit")
        else:
            self.open_match(row, fund_left)
            self.by_source[row["source"]] = self.by_source.get(row["source"], 0) + row["amount"]
        self.matches[row["n"]], self.taken[row["n"]] = row, 0
        self.give(row["fund"], row["amount"])

    def open_match(self, row: Record, fund_left: int) -> None:
        self.in_days(row)
        terms, used = self.terms, self.by_source.get(row["source"], 0)
        unknown = row["source"].startswith("anonymous:")
        if unknown and row["source"] != "anonymous:" + row["day"]:
            self.wrong(row, "unknown sources of another day")
        day_cap = terms["anonymous_day_cap"] if unknown else terms["day_cap"]
        amount, cut = 0, row["cut"]
        if (cut == "excluded") != (row["source"] == ""):
            self.wrong(row, "a source that is both counted and excluded")
        elif cut in ("excluded", "state"):
            amount = 0
        elif unknown and not day_cap:
            cut = "anonymous"
        elif row["gift"] < terms["gift_min"]:
            cut = "minimum"
        else:
            limits = [(terms["gift_cap"], "gift")] if terms["gift_cap"] else []
            limits += [(day_cap - used, "day")] if day_cap else []
            limits += [(fund_left, "fund"), (self.left, "pot")]
            part, whole = row["ratio"]
            amount, cut = capped(row["gift"] * part // whole, limits)
        if (amount, cut) != (row["amount"], row["cut"]):
            self.wrong(
                row, "published {} {}, recomputed {} {}".format(row["amount"], row["cut"], amount, cut)
            )

    def back(self, row: Record) -> None:
        """Compute one taking-back anew."""
        of = self.matches.get(row["of"])
        if of is None:
            self.wrong(row, "takes back what was not matched before")
            return
        amount, taken = row["amount"], self.taken[row["of"]]
        if amount == 0 or not 0 <= taken + amount <= of["amount"] or not 0 <= row["short"] <= max(amount, 0):
            self.wrong(row, "takes back more than was matched")
        if not of.get("withheld"):
            gift, left = of["gift"], row["left"]
            if not 0 <= left <= gift:
                self.wrong(row, "more is left than was given")
            due = split(of["amount"], [left, gift - left])[1] - taken
            # A dispute that was won gives back at most what the pot and the fund's cap then leave.
            if amount != due and not due <= amount < 0:
                self.wrong(row, f"published {amount}, recomputed {due}")
        if amount < 0 and -amount > min(self.left, of["fund_cap"] - self.by_fund.get(of["fund"], 0)):
            self.wrong(row, "gives again more than a limit leaves")
        self.taken[row["of"]] = taken + amount
        self.give(of["fund"], -amount)

    # --- awards ---

    def award(self, row: Record, expected: int, cut: str) -> None:
        """Check one award against what it should be, its quota and the pilots' share."""
        if (row["amount"], row["cut"]) != (expected, cut):
            self.wrong(
                row, "published {} {}, recomputed {} {}".format(row["amount"], row["cut"], expected, cut)
            )
        if not 0 <= row["amount"] <= min(self.left, self.rules["per_fund"]):
            self.wrong(row, "above a limit")
        if row["fund"] in self.by_fund:
            self.wrong(row, "a fund that had its award before")
        division = self.division(row)
        room = self.room(division)
        if room is not None and row["amount"] > room:
            self.wrong(row, "beyond the quota or into the pilots' share")
        self.give(row["fund"], row["amount"])
        if row["amount"]:
            self.by_place.setdefault(self.place(division), []).append(row["amount"])
        if not self.is_pilot(division):
            self.outside += row["amount"]

    def place(self, division: str) -> str:
        level = self.rules["quota_level"]
        return division[: LENGTHS[level - 1]] if level else ""

    def is_pilot(self, division: str) -> bool:
        return any(division.startswith(code) for code in self.rules["pilots"])

    def room(self, division: str) -> int | None:
        """Return what quota and pilots' share leave to a place; None when neither limits it."""
        rules, here, rooms = self.rules, self.by_place.get(self.place(division), []), []
        if rules["quota_level"]:
            if rules["quota_awards"] and len(here) >= rules["quota_awards"]:
                return 0
            if rules["quota_fen"]:
                rooms.append(rules["quota_fen"] - sum(here))
        if rules["pilot_bp"] and not self.is_pilot(division):
            rooms.append(self.others_total() - self.outside)
        return min(rooms) if rooms else None

    def others_total(self) -> int:
        """Return how much may go outside the pilots: whole sums where the sum is fixed."""
        pot, bp = int(self.rules["pot"]), int(self.rules["pilot_bp"])
        each = int(self.rules["per_fund"]) if self.rules["kind"] == "fixed" else 1
        return each * split(pot // each, [bp, 10_000 - bp])[1]

    def fixed(self) -> None:
        for row in self.record["rows"]:
            self.in_days(row)
            self.award(row, self.rules["per_fund"], "")

    def reward(self) -> None:
        """Compute every application's score and award anew, the best score first."""
        applications = self.record["applications"]
        scores = {one["fund"]: self.score(one) for one in applications}
        worth = self.worth(scores)
        order = sorted((one["fund"] for one in applications), key=lambda fund: -scores[fund])
        if [row["fund"] for row in self.record["rows"]] != (order if self.record["rows"] else []):
            self.faults.append("the awards are not the applications in the order of their scores")
            return
        for row in self.record["rows"]:
            room = self.room(self.record["funds"][row["fund"]]["division"])
            limits = [] if room is None else [(max(room, 0), "quota")]
            limits += [(self.rules["per_fund"], "fund"), (self.left, "pot")]
            amount, cut = capped(worth[row["fund"]], limits)
            if not worth[row["fund"]]:
                cut = "score"
            if row["cut"] == "state":
                # The fund was suspended when rewards were paid; the page of the fund says so.
                amount, cut = 0, "state"
            self.award(row, amount, cut)

    def score(self, one: Record) -> int:
        most = [criterion["most"] for criterion in self.terms["criteria"]]
        points = one["points"]
        if len(points) < self.terms["reviewers_min"]:
            self.faults.append("fund {}: too few reviewers".format(one["fund"]))
        for row in points:
            if len(row) != len(most) or not all(0 <= row[i] <= most[i] for i in range(len(most))):
                self.faults.append(f"fund {one['fund']}: points the criteria do not allow")
        score = 100 * sum(sum(row) for row in points) // max(1, len(points))
        if score != one["score"]:
            self.faults.append(
                "fund {}: score published {}, recomputed {}".format(one["fund"], one["score"], score)
            )
        return score

    def worth(self, scores: dict[str, int]) -> dict[str, int]:
        least = 100 * self.terms["pass_points"]
        passed = {fund: score for fund, score in scores.items() if score >= least and score > 0}
        if self.terms["bands"]:
            bands = self.terms["bands"]
            sums = {f: max([fen for at, fen in bands if s >= 100 * at] or [0]) for f, s in passed.items()}
        else:
            funds = list(passed)
            shares = split(self.rules["pot"], list(passed.values())) if passed else []
            sums = {funds[i]: shares[i] for i in range(len(funds))}
        return {fund: sums.get(fund, 0) for fund in scores}

    # --- all of it ---

    def run(self) -> list[str]:
        """Go through the record and return everything that differs."""
        rows = self.record["rows"]
        if [row["n"] for row in rows] != list(range(1, len(rows) + 1)):
            self.faults.append("the numbers of the draws do not run on from 1")
        kind = self.rules["kind"]
        if kind == "matching":
            for row in rows:
                (self.match if row["kind"] == "match" else self.back)(row)
        elif kind == "fixed":
            self.fixed()
        else:
            self.reward()
        totals = {fund: one["given"] for fund, one in self.record["funds"].items()}
        if totals != self.by_fund:
            self.faults.append("what the funds have does not add up from the draws")
        given = self.rules["pot"] - self.left
        if (given, self.left) != (self.record["given"], self.record["left"]) or self.left < 0:
            self.faults.append(f"given and left: recomputed {given} and {self.left}")
        return self.faults


def check(record: Record, shown: str = "") -> list[str]:
    """Return everything that differs; empty when the record proves itself."""
    own, faults = fingerprint(record), []
    if own != record["fingerprint"]:
        faults.append("the record was changed: its fingerprint is " + own)
    if shown and not (len(shown) >= SHOWN and own.startswith(shown)):
        faults.append("not the record of the page: its fingerprint is " + own)
    try:
        return faults + Replay(record).run()
    except (KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        return [*faults, f"the draws cannot be gone through: {error!r}"]


def yuan(fen: int) -> str:
    """Return fen as ¥1234.56."""
    return f"{'-' if fen < 0 else ''}¥{abs(fen) // 100}.{abs(fen) % 100:02d}"


def main(arguments: list[str]) -> int:
    """Check one file and say what was found."""
    try:
        record = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        faults = check(record, arguments[1] if len(arguments) > 1 else "")
        programme, count = record["programme"], len(record["rows"])
        pot, given, left = (yuan(fen) for fen in (programme["pot"], record["given"], record["left"]))
        hidden = sum(1 for row in record["rows"] if row.get("withheld"))
    except (IndexError, OSError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        sys.stdout.write(f"cannot read the record: {error!r}\n")
        return 2
    lines = [
        f"{programme['code']} {programme['title']}",
        f"总额 {pot} 已给 {given} 还剩 {left}，{count} 笔",
        *([f"{hidden} 笔不公开是哪一笔捐款，只查了封顶"] if hidden else []),
        f"摘要 {record['fingerprint']} {'不一致' if faults else '一致'}",
    ]
    sys.stdout.write("\n".join([*lines, *("✗ " + fault for fault in faults)]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
