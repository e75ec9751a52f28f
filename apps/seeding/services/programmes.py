"""Opening and ending programmes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, jobs, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds.models import Host
from apps.funds.queries import EffectiveRule, contains, effective_rules, general_fund
from apps.seeding import permissions, queries
from apps.seeding.models import MatchTerms, Programme, RewardTerms
from apps.seeding.queries.chains import check_chain
from apps.seeding.services import terms as checking
from apps.seeding.services.locks import lock_programme
from apps.seeding.services.terms import Applying, Matching, Reach, Reward
from apps.seeding.states import ProgrammeKind
from apps.users.models import User

TITLE_LIMIT, DOCUMENT_LIMIT, REASON_LIMIT = 100, 200, 200


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a programme of one kind is made of."""

    kind: ProgrammeKind
    matching: Matching | None
    reward: Reward | None


@verb
def open_programme(
    host: Host,
    *,
    title: str,
    pot: int,
    per_fund: int,
    document: str,
    opens_on: date,
    closes_on: date,
    reach: Reach | None = None,
    applying: Applying | None = None,
    matching: Matching | None = None,
    reward: Reward | None = None,
    by: User | None,
) -> Programme:
    """Open a programme out of the host's general fund: `pot` fen in all, between two days, at most `per_fund` each.

    With `matching` it matches gifts, with `reward` it rewards results, without both it gives `per_fund` as a fixed sum;
    with `applying` funds apply for it. Raises `Refused`, naming the field, for what a programme may not be.
    """
    permissions.may_award(by, host).require()
    source = general_fund(host)
    reach = reach or Reach()
    one = _kind(matching, reward)
    title, document = _named(title, document)
    checking.check_sums(pot, per_fund)
    checking.check_days(opens_on, closes_on, applying)
    _check_rules(effective_rules(source, opens_on), one, per_fund)
    if matching is not None:
        checking.check_matching(matching, pot, applying)
    if reward is not None:
        checking.check_reward(reward, applying)
    divisions, pilots = (
        _divisions(host, reach.divisions, "divisions"),
        _divisions(host, reach.pilots, "pilots"),
    )
    checking.check_reach(reach, one.kind)
    if applying is not None:
        checking.check_steps(applying.chain)
    programme = Programme.objects.create(
        code=codes.new_code("S", 6),
        kind=one.kind,
        title=title,
        source=source,
        pot=pot,
        per_fund=per_fund,
        document=document,
        opens_on=opens_on,
        closes_on=closes_on,
        pilot_bp=reach.pilot_bp,
        quota_level=reach.quota_level,
        quota_awards=reach.quota_awards,
        quota_fen=reach.quota_fen,
        by_application=applying is not None,
        apply_until=applying.until if applying else None,
        chain=[step.as_json() for step in applying.chain] if applying else [],
    )
    programme.divisions.set(divisions)
    programme.pilots.set(pilots)
    _keep_terms(programme, one)
    if applying:
        check_chain(programme)
    audit.record(
        by, "open_programme", programme, host=host.code, kind=one.kind.value, pot=pot, per_fund=per_fund
    )
    versions.bump(f"fund:{source.code}", "site")
    if matching is not None:
        jobs.hint("seeding.match_gifts")
    return programme


def _kind(matching: Matching | None, reward: Reward | None) -> _Kind:
    if matching is not None:
        return _Kind(ProgrammeKind.MATCHING, matching, None)
    return _Kind(ProgrammeKind.REWARD if reward else ProgrammeKind.FIXED, None, reward)


def _named(title: str, document: str) -> tuple[str, str]:
    title = clean_text(title, field="title", limit=TITLE_LIMIT)
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    if not title:
        raise Refused(_("请填写计划名称。"), "title")
    if not document:
        raise Refused(_("请填写依据文件，比如理事会决议的编号。"), "document")
    return title, document


def _check_rules(effective: Mapping[str, EffectiveRule], one: _Kind, per_fund: int) -> None:
    """Raise `Refused` for a sum or ratio above the host's own clauses."""
    if one.kind != ProgrammeKind.REWARD:
        rule = effective["seed_fen" if one.kind == ProgrammeKind.FIXED else "match_cap_fen"]
        if isinstance(rule.value, int) and per_fund > rule.value:
            raise above(rule, "per_fund")
    if one.matching is not None:
        rule = effective["match_bp"]
        checking.check_ratio(one.matching)
        if isinstance(rule.value, int) and one.matching.ratio.within(rule.value) != one.matching.ratio:
            raise above(rule, "ratio_part")


def above(rule: EffectiveRule, field: str) -> Refused:
    """Return the refusal of what a clause forbids, with the clause and its document."""
    return Refused(_("%(rule)s（%(document)s）。") % {"rule": rule.words, "document": rule.document}, field)


def _divisions(host: Host, chosen: Sequence[str], field: str) -> list[Division]:
    found = list(Division.objects.filter(code__in=chosen))
    missing = set(chosen) - {row.code for row in found}
    outside = [row.code for row in found if not contains(host, row.code)]
    for code in (*sorted(missing), *outside):
        raise Refused(
            _("%(division)s不在%(host)s的服务区域里。") % {"division": code, "host": host.name}, field
        )
    return found


def _keep_terms(programme: Programme, one: _Kind) -> None:
    if one.matching is not None:
        found = one.matching
        MatchTerms.objects.create(
            programme=programme,
            ratio_part=found.ratio.part,
            ratio_whole=found.ratio.whole,
            gift_min=found.gift_min,
            gift_cap=found.gift_cap,
            day_cap=found.day_cap,
            anonymous_day_cap=found.anonymous_day_cap,
            channels=sorted(found.channels),
            never_matched=sorted(found.never_matched),
        )
    if one.reward is not None:
        asked = one.reward
        RewardTerms.objects.create(
            programme=programme,
            rule=asked.rule,
            criteria=[
                {"key": f"c{n}", "label": label, "most": most}
                for n, (label, most) in enumerate(asked.criteria, 1)
            ],
            bands=sorted([list(band) for band in asked.bands]),
            pass_points=asked.pass_points,
            reviewers_min=asked.reviewers_min,
            results_from=asked.results_from,
            results_until=asked.results_until,
        )


@verb
def close_programme(programme: Programme, *, reason: str, by: User | None) -> Programme:
    """End a programme: nothing more is given out of it, what is left stays with the host. Ended once."""
    programme = lock_programme(programme.code)
    permissions.may_award(by, programme.source.host).require()
    reason = clean_text(reason, field="reason", limit=REASON_LIMIT)
    if not reason:
        raise Refused(_("请写明为什么结束，它会公开。"), "reason")
    if programme.closed_at is None:
        programme.closed_at, programme.closed_reason, programme.waiting_since = clock.now(), reason, None
        programme.save(update_fields=["closed_at", "closed_reason", "waiting_since"])
        audit.record(by, "close_programme", programme, left=programme.pot - queries.given(programme))
        versions.bump(f"fund:{programme.source.code}", "site")
    return programme
