"""Applying for money: draft, edit, submit, withdraw; and the moves that `grants` makes afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.projects import permissions, queries, rules
from apps.projects.models import BudgetLine, Call, Field, Need, Part, Project, Share
from apps.projects.services.backing import Funding, Team, write_backing
from apps.projects.services.keyed import undone, written_before
from apps.projects.services.offers import Offers, as_budget, check_stands, offered, write_offers
from apps.projects.services.plan import Indicators, Milestones, check_parts, write_plan
from apps.projects.services.questions import Answers, write_answers
from apps.projects.services.unfinished import IS_DRAFT, PREFIX, forget, lock_writer
from apps.projects.states import PROJECT_MOVES, PUBLIC
from apps.registry.models import Organisation
from apps.users.models import User

Budget = Sequence[tuple[str, str, int]]
# What other funds are asked to pay beside the one that was applied to: fund and fen.
Partners = Sequence[tuple[Fund, int]]
NONE: Answers = MappingProxyType({})
NOTHING: Offers = MappingProxyType({})


def lock_project(project: Project) -> Project:
    """Return the project as it is now, held until the verb ends. Comes after fund, motion, grant and instalment."""
    return lock_row(Project, "fund", "fund__host", "organisation", "call", pk=project.pk)


def changed(project: Project) -> None:
    """Raise the content versions of the pages that show a project."""
    keys = {"site"}
    for fund in queries.funds_of(project):
        keys |= {f"fund:{fund.code}", f"division:{fund.division_id}"}
    versions.bump(*sorted(keys))


def _text(text: str, *, field: str, limit: int, lines: bool = False) -> str:
    cleaned = clean_text(text, field=field, limit=limit, lines=lines)
    if not cleaned:
        raise Refused(_("这一栏要填写。"), field)
    return cleaned


def _budget(lines: Budget) -> list[rules.BudgetItem]:
    items = []
    for cost_type, words, amount in lines:
        if cost_type not in BudgetLine.CostType.values:
            raise Refused(_("请给每一行预算选一个类别。"), "budget")
        items.append(rules.BudgetItem(cost_type, _text(words, field="budget", limit=100), amount))
    return items


def _parts(parts: Mapping[str, str]) -> dict[str, str]:
    if not set(parts) <= set(Part.Partner.values):
        raise Refused(_("五社分工里有不认识的一方。"), "parts")
    cleaned = {name: clean_text(words, field="parts", limit=200) for name, words in parts.items()}
    return {name: words for name, words in cleaned.items() if words}


def _check_permitted(fund: Fund, field: str) -> None:
    rule = effective_rules(fund, keys=["permitted_fields"])["permitted_fields"]
    if not isinstance(rule.value, list) or field not in rule.value:
        raise Refused(
            _("这个基金不资助“%(field)s”。%(rule)s（%(source)s）。")
            % {"field": Field(field).label, "rule": rule.words, "source": rule.provenance},
            "field",
        )


def _fill(
    project: Project,
    *,
    title: str,
    field: str,
    goal: str,
    starts_on: date,
    ends_on: date,
    persons: int,
    person_times: int,
    budget: Budget,
    parts: Mapping[str, str],
    need: Need | None,
    partners: Partners,
    milestones: Milestones,
    indicators: Indicators,
    first_bp: int | None,
    funding: Funding,
    team: Team,
    conflicts: str,
    answers: Answers,
    offers: Offers,
) -> None:
    """Check everything an applicant may say and write it to the project, its budget and its parts."""
    project.title = _text(title, field="title", limit=60)
    if field not in Field.values:
        raise Refused(_("请选一个领域。"), "field")
    _check_permitted(project.fund, field)
    project.field = field
    project.goal = _text(goal, field="goal", limit=2000, lines=True)
    rules.check_dates(starts_on, ends_on)
    project.starts_on, project.ends_on = starts_on, ends_on
    rules.check_reach(persons, person_times)
    project.expected_persons, project.expected_person_times = persons, person_times
    lines = offered(project.call, offers)
    check_stands(project, lines)
    if lines and budget:
        raise Refused(_("这次按清单报价，预算由报价算出来，不另写。"), "budget")
    items, plays = as_budget(lines) or _budget(budget), _parts(parts)
    project.asked = rules.budget_total(items)
    shares = _shares(project, partners)
    if need is not None and not any(need.division_id.startswith(fund.division_id) for fund in shares):
        raise Refused(_("这条需求不是这个社区的。"), "need")
    check_parts(first_bp, milestones)
    project.need, project.first_bp = need, first_bp
    project.save()
    write_backing(project, funding=funding, team=team, conflicts=conflicts)
    project.shares.all().delete()
    Share.objects.bulk_create(
        [Share(project=project, fund=fund, amount=amount) for fund, amount in shares.items()]
    )
    project.budget_lines.all().delete()
    project.parts.all().delete()
    BudgetLine.objects.bulk_create(
        [
            BudgetLine(project=project, cost_type=item.cost_type, words=item.words, amount=item.amount)
            for item in items
        ]
    )
    Part.objects.bulk_create(
        [Part(project=project, partner=name, words=words) for name, words in plays.items()]
    )
    write_plan(project, milestones=milestones, indicators=indicators)
    write_answers(project, answers)
    write_offers(project, lines)


def _shares(project: Project, partners: Partners) -> dict[Fund, int]:
    """Return what each fund is asked to pay, the one that was applied to first. Raises `Refused` naming `partners`."""
    lead, shares = project.fund, dict(partners)
    if lead in shares or len(shares) != len(partners):
        raise Refused(_("同一个基金只能写一次。"), "partners")
    for fund in shares:
        if fund.host_id != lead.host_id or fund.state != Fund.State.OPEN or fund.kind == Fund.Kind.GENERAL:
            raise Refused(_("%(name)s 不能一起资助这个项目。") % {"name": fund.name}, "partners")
        _check_permitted(fund, project.field)
    own = rules.lead_share(project.asked, list(shares.values()))
    return {lead: own} | shares


@verb
def apply(
    fund: Fund,
    *,
    organisation: Organisation,
    title: str,
    field: str,
    goal: str,
    starts_on: date,
    ends_on: date,
    persons: int,
    person_times: int,
    budget: Budget,
    parts: Mapping[str, str],
    need: Need | None = None,
    call: Call | None = None,
    partners: Partners = (),
    milestones: Milestones = (),
    indicators: Indicators = (),
    first_bp: int | None = None,
    funding: Funding = (),
    team: Team = (),
    conflicts: str = "",
    answers: Answers = NONE,
    offers: Offers = NOTHING,
    key: str = "",
    by: User | None,
) -> Project:
    """Write a draft application of an organisation to a fund, in answer to a `call` if there is one, and return it.

    `budget` is (cost type, words, fen) per line; `parts` says what each of the five partners does; `partners` are other
    funds that shall pay a part, each after a vote of its own; `milestones` are (words, day, and the share in basis
    points that is paid on them, if any), `first_bp` the share paid after the public notice (None: as the rules allow),
    the rest is paid when the work is accepted; `indicators` are (words, unit, target); `funding` is other money for the
    same work, as (kind, source, fen, whether it is certain), `team` how many people work in which role, `conflicts`
    what is declared about ties to those who decide; none is declared by no word. `answers` are to the call's own
    questions, `offers` (quantity, fen) to its list of services, by their numbers; an offer is the budget, and no other
    is written then. `key` is the code the form handed out, so that the same form sent twice writes one draft; one that
    says something else than the draft does by now is refused naming `key`. Raises `Refused` naming the field.
    """
    if by is not None:
        permissions.may_apply(by, organisation=organisation, fund=fund).require()
        lock_writer(by)
        forget(by, code=key)

    def write(code: str) -> Project:
        project = Project(
            code=code, fund=fund, organisation=organisation, created_at=clock.now(),
            created_by_id=by.pk if by else None, call=call,
        )  # fmt: skip
        _fill(
            project, title=title, field=field, goal=goal, starts_on=starts_on, ends_on=ends_on, persons=persons,
            person_times=person_times, budget=budget, parts=parts, need=need, partners=partners,
            milestones=milestones, indicators=indicators, first_bp=first_bp,
            funding=funding, team=team, conflicts=conflicts, answers=answers, offers=offers,
        )  # fmt: skip
        return project

    def says(row: Project) -> bool:
        """Tell whether a draft says just this: it is written once more beside it, and not kept."""

        def again() -> str:
            beside = write(new_code(PREFIX, rules.CODE_LENGTH))
            beside.code = row.code
            return queries.fingerprint_of(beside)

        return row.call == call and queries.fingerprint_of(row) == undone(again)

    written = written_before(
        Project, key=key, prefix=PREFIX, writer="created_by_id", by=by, says=says, refusal=IS_DRAFT
    )
    if written is not None:
        return written
    if call is not None:
        _check_call(call, fund)
    project = write(key or new_code(PREFIX, rules.CODE_LENGTH))
    audit.record(by, "apply", project, fund=fund.code, **_told(asked=project.asked, of=project))
    return project


def _told(*, of: Project, **fen: int) -> dict[str, int]:
    """Return what the audit trail may tell of an application's amounts: nothing while its offer is sealed."""
    return {} if queries.is_sealed(of) else fen


def _check_call(call: Call, fund: Fund) -> None:
    if not queries.takes_applications(call, clock.now()) or not call.funds.filter(pk=fund.pk).exists():
        raise Refused(_("“%(title)s”现在不接受向这个基金的申请。") % {"title": call.title})


def _check_answer(project: Project, call: Call) -> None:
    """Raise `Refused` unless a draft may be handed in as an answer to its call now; one that was given back may come
    again until the review ends."""
    now = clock.now()
    again = project.returned_at is not None and not queries.is_past_review(call, now)
    if call.state != Call.State.PUBLISHED or not (queries.takes_applications(call, now) or again):
        raise Refused(_("“%(title)s”的申请已经截止。") % {"title": call.title})
    if not call.smallest <= project.asked <= call.largest:
        raise Refused(
            _("“%(title)s”一个项目可以申请 ¥%(smallest)s 到 ¥%(largest)s，您写的是 ¥%(asked)s。")
            % {
                "title": call.title,
                "smallest": money.written(call.smallest),
                "largest": money.written(call.largest),
                "asked": money.written(project.asked),
            },
            "budget",
        )
    outside = [fund for fund in queries.funds_of(project) if not call.funds.filter(pk=fund.pk).exists()]
    if outside:
        raise Refused(
            _("“%(title)s”不包括%(fund)s。") % {"title": call.title, "fund": outside[0].name}, "partners"
        )
    if call.fields and project.field not in call.fields:
        raise Refused(_("“%(title)s”不包括这个领域。") % {"title": call.title}, "field")


@verb
def edit(
    project: Project,
    *,
    title: str,
    field: str,
    goal: str,
    starts_on: date,
    ends_on: date,
    persons: int,
    person_times: int,
    budget: Budget,
    parts: Mapping[str, str],
    need: Need | None = None,
    partners: Partners = (),
    funding: Funding = (),
    team: Team = (),
    conflicts: str = "",
    answers: Answers = NONE,
    offers: Offers = NOTHING,
    seen: str = "",
    milestones: Milestones = (),
    indicators: Indicators = (),
    first_bp: int | None = None,
    by: User | None,
) -> Project:
    """Rewrite a draft. `seen` is the fingerprint of the text the form was filled from. Raises `Refused` naming the
    field, when somebody has rewritten it since, or when the project is no draft any more."""
    project = lock_project(project)
    if by is not None:
        permissions.may_edit(by, project).require()
        lock_writer(by)
    if seen and seen != queries.fingerprint_of(project):
        raise Refused(_("您打开以后，有人改过这份草稿。请另开一页看新的，再把您的改动写进去。"))
    check_move(PROJECT_MOVES, project.state, Project.State.SUBMITTED, what=project.title)
    before = project.asked
    _fill(
        project, title=title, field=field, goal=goal, starts_on=starts_on, ends_on=ends_on, persons=persons,
        person_times=person_times, budget=budget, parts=parts, need=need, partners=partners,
        milestones=milestones, indicators=indicators, first_bp=first_bp,
        funding=funding, team=team, conflicts=conflicts, answers=answers, offers=offers,
    )  # fmt: skip
    if by is not None:
        forget(by, project=project)
    audit.record(by, "edit", project, **_told(asked_before=before, asked=project.asked, of=project))
    return project


@verb
def submit(project: Project, *, by: User | None) -> Project:
    """Hand a draft in, so that the fund's committee can table it. Doing it twice changes nothing."""
    project = lock_project(project)
    if project.state == Project.State.SUBMITTED:
        return project
    if by is not None:
        permissions.may_edit(by, project).require()
    check_move(PROJECT_MOVES, project.state, Project.State.SUBMITTED, what=project.title)
    rules.check_dates(project.starts_on, project.ends_on, today=clock.today())
    if project.call is not None:
        _check_answer(project, project.call)
    text_hash = queries.fingerprint_of(project)
    if text_hash != project.text_hash:
        # Another text: whoever scored has to look again.
        project.text_hash, project.review_closed_at = text_hash, None
        project.criteria = queries.criteria_in_force(project.fund)
    project.state, project.submitted_at, project.reason = Project.State.SUBMITTED, clock.now(), ""
    project.save(
        update_fields=["state", "submitted_at", "reason", "text_hash", "criteria", "review_closed_at"]
    )
    audit.record(by, "submit", project, **_told(asked=project.asked, of=project))
    changed(project)
    return project


@verb
def withdraw(project: Project, *, by: User | None) -> Project:
    """Take a submitted application back to draft, before it is tabled."""
    project = lock_project(project)
    if by is not None:
        permissions.may_withdraw(by, project).require()
    check_move(PROJECT_MOVES, project.state, Project.State.DRAFT, what=project.title)
    project.state, project.submitted_at = Project.State.DRAFT, None
    project.save(update_fields=["state", "submitted_at"])
    audit.record(by, "withdraw", project)
    changed(project)
    return project


@verb
def mark(project: Project, *, state: str, by: User | None) -> Project:
    """Move a project on because of what happened to its motion or grant; `grants` calls this and asks who may.

    Already there is fine. Raises `Refused` for a move the table does not allow.
    """
    project = lock_project(project)
    before = project.state
    if before == state:
        return project
    check_move(PROJECT_MOVES, before, state, what=project.title)
    project.state = state
    project.save(update_fields=["state"])
    audit.record(by, "mark", project, before=before, after=state)
    if {before, state} & PUBLIC:
        changed(project)
    return project
