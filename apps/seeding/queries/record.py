"""A programme as anyone can recompute it: its rules and every draw, in order, as plain values.

No name stands in it. Gifts of one source on one day carry one opaque mark, as long as the donor roll shows them alike.
Where it shows them differently (one with a name, one without), the mark would tell whose the nameless one is: then all
rows of that day show only fund and match (`withheld`), so that not even who is concerned can be told.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from apps.core import clock
from apps.core.canonical import fingerprint
from apps.seeding import rules
from apps.seeding.models import Application, Award, Match, Programme, TakenBack
from apps.seeding.queries.programmes import given, places
from apps.seeding.queries.scores import applications_of, scores_of
from apps.seeding.states import ApplicationState, ProgrammeKind

FORMAT = "charityfund-seed-1"
Record = dict[str, Any]


def record_of(programme: Programme) -> Record:
    """Return the programme's public record with the fingerprint of everything else in it."""
    drawn = given(programme)
    rows = {
        ProgrammeKind.FIXED: _award_rows,
        ProgrammeKind.MATCHING: _matching_rows,
        ProgrammeKind.REWARD: _reward_rows,
    }[ProgrammeKind(programme.kind)](programme)
    found: Record = {
        "format": FORMAT,
        "programme": _programme(programme),
        "terms": _terms(programme),
        "applications": _applications(programme) if rows else [],
        "rows": rows,
        "funds": _funds(programme) if rows else {},
        "given": drawn,
        "left": programme.pot - drawn,
    }
    return {**found, "fingerprint": fingerprint(found)}


def _programme(programme: Programme) -> Record:
    return {
        "code": programme.code,
        "kind": programme.kind,
        "title": programme.title,
        "document": programme.document,
        "host": programme.source.host.name,
        "opens_on": programme.opens_on.isoformat(),
        "closes_on": programme.closes_on.isoformat(),
        "pot": programme.pot,
        "per_fund": programme.per_fund,
        "divisions": places(programme),
        "pilots": sorted(programme.pilots.values_list("code", flat=True)),
        "pilot_bp": programme.pilot_bp,
        "quota_level": programme.quota_level,
        "quota_awards": programme.quota_awards,
        "quota_fen": programme.quota_fen,
    }


def _terms(programme: Programme) -> Record:
    if programme.kind == ProgrammeKind.MATCHING:
        match = programme.match_terms
        return {
            "ratio": [match.ratio_part, match.ratio_whole],
            "gift_min": match.gift_min,
            "gift_cap": match.gift_cap,
            "day_cap": match.day_cap,
            "anonymous_day_cap": match.anonymous_day_cap,
            "channels": match.channels,
            "never_matched": match.never_matched,
        }
    if programme.kind == ProgrammeKind.REWARD:
        reward = programme.reward_terms
        return {
            "rule": reward.rule,
            "criteria": reward.criteria,
            "bands": reward.bands,
            "pass_points": reward.pass_points,
            "reviewers_min": reward.reviewers_min,
        }
    return {}


def _applications(programme: Programme) -> list[Record]:
    """Return the passed applications with their frozen results and every reviewer's points, by number and no name."""
    if programme.kind != ProgrammeKind.REWARD:
        return []
    return [
        {
            "fund": one.fund.code,
            "results": one.results,
            "points": points,
            "score": rules.score(points),
        }
        for one in applications_of(programme).filter(state=ApplicationState.PASSED).order_by("pk")
        for points in [[score.points for score in sorted(one.scores.all(), key=lambda row: row.pk)]]
    ]


def _award_rows(programme: Programme) -> list[Record]:
    awards = Award.objects.filter(programme=programme).select_related("fund").order_by("pk")
    return [
        {
            "n": number,
            "kind": "award",
            "fund": award.fund.code,
            "day": clock.day_of(award.awarded_at).isoformat(),
            "amount": award.amount,
            "cut": "",
        }
        for number, award in enumerate(awards, 1)
    ]


def _reward_rows(programme: Programme) -> list[Record]:
    """Return what every passed application got, the best score first; nothing before rewards were paid."""
    awards = dict(Award.objects.filter(programme=programme).values_list("application_id", "amount"))
    if not awards:
        return []
    scores = scores_of(programme)
    passed = applications_of(programme).filter(state=ApplicationState.PASSED)
    return [
        {"n": number, "kind": "award", "fund": one.fund.code, "amount": awards.get(one.pk, 0), "cut": one.cut}
        for number, one in enumerate(sorted(passed, key=lambda row: (-scores[row.code], row.pk)), 1)
    ]


def withheld_days(programme: Programme) -> set[date]:
    """Return the days on which the roll shows gifts of one source differently."""
    shown: defaultdict[tuple[date, str], set[str]] = defaultdict(set)
    rows = Match.objects.filter(programme=programme).exclude(source="")
    for day, source, name in rows.values_list("day", "source", "donation__public_name").distinct():
        shown[day, source].add(name)
    return {day for (day, _source), names in shown.items() if len(names) > 1}


def _matching_rows(programme: Programme) -> list[Record]:
    hidden = withheld_days(programme)
    found: dict[int, Record] = {}
    numbers: dict[int, int] = {}
    for row in Match.objects.filter(programme=programme).select_related("fund"):
        numbers[row.pk] = row.number
        found[row.number] = match_row(row, is_withheld=row.day in hidden)
    for back in TakenBack.objects.filter(programme=programme):
        of = numbers[back.match_id]
        one = {"n": back.number, "kind": "back", "of": of, "amount": back.amount, "short": back.short}
        found[back.number] = one if found[of].get("withheld") else {**one, "left": back.left}
    return [found[number] for number in sorted(found)]


def match_row(row: Match, *, is_withheld: bool) -> Record:
    """Return one match as everyone may see it."""
    public: Record = {
        "n": row.number,
        "kind": "match",
        "fund": row.fund.code,
        "ratio": [row.ratio_part, row.ratio_whole],
        "fund_cap": row.fund_cap,
        "amount": row.amount,
    }
    if is_withheld:
        return {**public, "withheld": True}
    return {**public, "day": row.day.isoformat(), "source": row.source, "gift": row.base, "cut": row.cut}


def _funds(programme: Programme) -> Record:
    """Return by fund its division and what it has from the programme, net."""
    found: dict[str, Record] = {}
    if programme.kind == ProgrammeKind.REWARD:
        passed = Application.objects.filter(programme=programme, state=ApplicationState.PASSED)
        for code, division in passed.values_list("fund__code", "fund__division_id"):
            found[code] = {"division": division, "given": 0}
    for code, division, amount in Award.objects.filter(programme=programme).values_list(
        "fund__code", "fund__division_id", "amount"
    ):
        found[code] = {"division": division, "given": amount}
    for code, division, amount, taken in Match.objects.filter(programme=programme).values_list(
        "fund__code", "fund__division_id", "amount", "taken"
    ):
        one = found.setdefault(code, {"division": division, "given": 0})
        one["given"] += amount - taken
    return found
