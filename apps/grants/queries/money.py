"""Reads about grants: what waits for whom, and what was paid and came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from apps.core.compiled import Compiled
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.governance.models import Motion, Seat
from apps.governance.queries import in_force, phase
from apps.governance.queries.motions import CLOSING
from apps.governance.states import BEFORE_THE_VOTE, FAILED
from apps.grants.models import Clawback, ClawbackReturn, Grant, GrantSource, Instalment, Payment
from apps.grants.states import EVIDENCE_ACCEPTED, WAITING
from apps.projects.models import Evidence, Need, Project, Share
from apps.projects.queries import frozen, sealed, shares_of, under
from apps.projects.states import FILED, SUBMITTED, TABLED, VOICED
from apps.users.models import Role, User
from apps.users.permissions import Person
from apps.users.queries import scope_codes

SUBJECT_KIND, CHANGE_KIND = "project", "grant_change"
# What may change under a project without changing what was voted on.
NAMES = frozenset({"organisation", "fund", "shares"})
OFFICERS = (Seat.Office.CHAIR, Seat.Office.SECRETARY)
HOST_STAFF = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, Role.Kind.AUDITOR)


def visible_to(user: Person) -> QuerySet[Grant]:
    """Return the grants a person may see on staff pages: of hosts, towns and funds they look after, of committees they
    sit on, and of organisations they act for."""
    found = Grant.objects.select_related(
        "fund__host", "fund__division", "project__organisation", "motion__committee"
    )
    if not isinstance(user, User) or not user.is_active:
        return found.none()
    seen = Q(
        project__organisation__code__in=scope_codes(user, Role.Kind.IMPLEMENTER, Role.Scope.ORGANISATION)
    )
    seen |= Q(fund__in=_sits_on(user))
    for kind in (*HOST_STAFF, Role.Kind.TOWN_COORDINATOR):
        seen |= Q(fund__host__code__in=scope_codes(user, kind, Role.Scope.HOST))
        seen |= Q(fund__code__in=scope_codes(user, kind, Role.Scope.FUND))
        for code in scope_codes(user, kind, Role.Scope.DIVISION):
            seen |= under(code, "fund__division_id")
    return found.filter(seen).order_by("-awarded_at", "-id")


def _sits_on(user: User, *offices: str) -> QuerySet[Fund]:
    seats = Seat.objects.filter(in_force(), user=user)
    if offices:
        seats = seats.filter(office__in=offices)
    return Fund.objects.filter(committee__in=seats.values("committee_id"))


def funds_run_by(user: Person) -> QuerySet[Fund]:
    """Return the funds whose committee a person chairs or is the secretary of."""
    if not isinstance(user, User) or not user.is_active:
        return Fund.objects.none()
    return _sits_on(user, *OFFICERS).select_related("host", "division").order_by("name", "code")


def submitted_to(user: Person) -> QuerySet[Project]:
    """Return the applications that wait to be tabled by an officer, the oldest first."""
    mine = Share.objects.filter(fund__in=funds_run_by(user))
    voted_on = Motion.objects.filter(
        subject_kind=SUBJECT_KIND, subject_code=OuterRef("project__code"), committee__fund=OuterRef("fund")
    ).exclude(state__in=FAILED)
    # Where several funds pay, one may have put it to the vote before another.
    waiting = mine.filter(Q(project__state=SUBMITTED) | Q(~Exists(voted_on), project__state=TABLED))
    return (
        Project.objects.filter(~sealed(), pk__in=waiting.values("project"))
        .select_related("fund__host", "organisation")
        .order_by("submitted_at", "id")
    )


def evidence_for(user: Person) -> QuerySet[Evidence]:
    """Return the reports that wait for an officer, the oldest first."""
    return (
        Evidence.objects.filter(project__fund__in=funds_run_by(user), state=FILED)
        .select_related("project__fund__host", "project__organisation")
        .order_by("filed_at", "id")
    )


def evidence_seen_by(user: Person) -> QuerySet[Evidence]:
    """Return every report an officer of a fund that pays may open, decided or not."""
    paying = Share.objects.filter(fund__in=funds_run_by(user).order_by()).values("project")
    return Evidence.objects.filter(project__in=paying).select_related(
        "project__fund__host", "project__organisation"
    )


def evidence_beside(user: Person) -> QuerySet[Evidence]:
    """Return the reports that wait for the leading fund of a project which an officer's fund pays as well."""
    own = funds_run_by(user).order_by()
    return (
        evidence_seen_by(user).filter(state=FILED).exclude(project__fund__in=own).order_by("filed_at", "id")
    )


def needs_for(user: Person) -> QuerySet[Need]:
    """Return the needs that wait for an officer of a fund in the same division, the oldest first."""
    divisions = funds_run_by(user).order_by().values("division_id")
    return (
        Need.objects.filter(division_id__in=divisions, state=VOICED)
        .annotate(pictures=Count("photos"))
        .select_related("division")
        .order_by("voiced_at", "id")
    )


def needs_seen_by(user: Person) -> QuerySet[Need]:
    """Return every need an officer may decide on."""
    divisions = funds_run_by(user).order_by().values("division_id")
    return Need.objects.filter(division_id__in=divisions).select_related("division")


def paid_by(user: Person) -> QuerySet[Grant]:
    """Return the grants whose money a person handles as finance of the host."""
    hosts = scope_codes(user, Role.Kind.FINANCE, Role.Scope.HOST) if isinstance(user, User) else []
    return Grant.objects.filter(fund__host__code__in=hosts)


def instalments_of(grants: QuerySet[Grant], *states: str) -> QuerySet[Instalment]:
    """Return the instalments of grants in some states, the oldest award first."""
    return (
        Instalment.objects.filter(grant__in=grants, state__in=states)
        .select_related(
            "grant__fund__host", "grant__project__organisation", "grant__motion", "evidence", "milestone"
        )
        .order_by("grant__awarded_at", "grant_id", "number")
    )


def released_by(evidence: Evidence) -> QuerySet[Instalment]:
    """Return the instalments that accepting a report makes due."""
    hangs_on_it = Q(milestone__isnull=False, milestone=evidence.milestone_id)
    if evidence.is_final:
        hangs_on_it |= Q(condition=EVIDENCE_ACCEPTED)
    found = Instalment.objects.filter(hangs_on_it, grant__project=evidence.project_id, state=WAITING)
    return found.select_related("grant__fund").order_by("grant__fund__code", "number")


def payments_of(grants: QuerySet[Grant], *states: str) -> QuerySet[Payment]:
    """Return the payments of grants in some states (all without), the latest prepared first."""
    found = Payment.objects.filter(instalment__grant__in=grants)
    if states:
        found = found.filter(state__in=states)
    return found.select_related(
        "instalment__grant__fund__host",
        "instalment__grant__project__organisation",
        "instalment__grant__motion",
        "instalment__evidence",
    ).order_by("-prepared_at", "-id")


# --- motions about projects ----------------------------------------------------------------------------------------


def project_of(motion: Motion) -> Project:
    """Return the project a motion is about. Raises Project.DoesNotExist for any other motion."""
    if motion.subject_kind != SUBJECT_KIND:
        raise Project.DoesNotExist
    return Project.objects.select_related("fund__host", "organisation").get(code=motion.subject_code)


def latest_motion(project: Project, fund: Fund) -> Motion | None:
    """Return the motion last tabled about a project before the committee of one of its funds."""
    found = Motion.objects.filter(subject_kind=SUBJECT_KIND, subject_code=project.code, committee__fund=fund)
    return found.order_by("-tabled_at", "-pk").first()


def is_of_text(motion: Motion, project: Project) -> bool:
    """Tell whether a motion is about a project as it stands: a yes holds for the text it was given to.

    Names may have changed meanwhile, and funds may have merged; what is to be done, and for how much, may not.
    """
    return _text_of(motion.facts) == _text_of(frozen(project))


def _text_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in NAMES}


def said_yes(project: Project) -> dict[int, Motion | None]:
    """Return for each fund that is asked to pay (by key) the motion in force by which it said yes; None before that."""
    found: dict[int, Motion | None] = {}
    for share in shares_of(project):
        motion = latest_motion(project, share.fund)
        holds = motion is not None and motion.state == Motion.State.IN_FORCE and is_of_text(motion, project)
        found[share.fund_id] = motion if holds else None
    return found


def votes_under_way(project: Project) -> list[Motion]:
    """Return the motions about a project that are tabled and not decided, in any of its funds' committees."""
    found = Motion.objects.filter(
        subject_kind=SUBJECT_KIND, subject_code=project.code, state__in=BEFORE_THE_VOTE | {Motion.State.OPEN}
    )
    found = found.select_related("committee__fund").order_by("committee__fund__code", "pk")
    # One whose time is up is counted, not withdrawn; it has no effect any more.
    return [motion for motion in found if phase(motion) != CLOSING]


def votes_awaited(motion: Motion) -> list[Fund]:
    """Return the other funds whose yes to a motion's project is still missing."""
    project = project_of(motion)
    votes = said_yes(project)
    funds = (share.fund for share in shares_of(project))
    return [fund for fund in funds if votes[fund.pk] is None and fund.pk != motion.committee.fund_id]


_about_tabled = Compiled(
    lambda: (
        Motion.objects.filter(
            subject_kind=SUBJECT_KIND, subject_code__in=Project.objects.filter(state=TABLED).values("code")
        )
        .select_related("committee__fund__host")
        .order_by("tabled_at", "pk")
    )
)


def decided_waiting() -> list[Motion]:
    """Return the decided motions whose project still waits for what follows, oldest first."""
    latest: dict[tuple[str, int], Motion] = {}
    for motion in _about_tabled():
        latest[motion.subject_code, motion.committee_id] = motion
    over = {Motion.State.IN_FORCE} | FAILED
    return [motion for motion in latest.values() if motion.state in over]


def carried_without_grant(funds: QuerySet[Fund]) -> QuerySet[Motion]:
    """Return the grant motions in force of some funds that the fund could not meet yet."""
    return (
        Motion.objects.filter(
            committee__fund__in=funds,
            kind=Motion.Kind.GRANT,
            state=Motion.State.IN_FORCE,
            subject_kind=SUBJECT_KIND,
            subject_code__in=Project.objects.filter(state=TABLED).values("code"),
            grant=None,
        )
        .select_related("committee__fund__host")
        .order_by("settled_at", "pk")
    )


def pinned(motion: Motion, key: str) -> int:
    """Return a clause's whole number (or truth) as a motion pinned it when its vote opened; one that is younger than
    the motion, as it holds for the fund now."""
    clause = motion.rules.get(key)
    value = clause["value"] if clause else effective_rules(motion.committee.fund)[key].value
    if not isinstance(value, int):
        raise TypeError(f"the clause {key} is not a whole number")
    return value


# --- figures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GrantFigures:
    """One grant in fen. `net` is what the work has cost the fund so far: paid less returned."""

    amount: int
    paid: int
    returned: int
    asked_back: int
    written_off: int = 0

    @property
    def net(self) -> int:
        return self.paid - self.returned

    @property
    def outstanding(self) -> int:
        """What was asked back and neither returned nor was written off."""
        return self.asked_back - self.returned - self.written_off


def figures(grant: Grant) -> GrantFigures:
    """Return what of a grant was paid and came back."""
    sums = grant.sources.aggregate(paid=Sum("paid"), returned=Sum("returned"))
    back = grant.clawbacks.aggregate(asked=Sum("asked"), given_up=Sum("written_off"))
    return GrantFigures(
        grant.amount, sums["paid"] or 0, sums["returned"] or 0, back["asked"] or 0, back["given_up"] or 0
    )


def named_sources(grant: Grant) -> list[tuple[str, GrantSource]]:
    """Return the sources of a grant with the purpose each is bound to; an empty text for free money."""
    purposes = dict(grant.fund.restrictions.values_list("code", "purpose"))
    return [(purposes.get(row.restriction, row.restriction), row) for row in grant.sources.order_by("id")]


def other_grants(grant: Grant) -> QuerySet[Grant]:
    """Return what other funds pay of the same project."""
    found = Grant.objects.filter(project=grant.project_id).exclude(pk=grant.pk)
    return found.select_related("fund").order_by("fund__code")


def granted_together(project: Project) -> int:
    """Return what all funds together granted a project, in fen."""
    return Grant.objects.filter(project=project).aggregate(total=Sum("amount"))["total"] or 0


def returned_money(*, fund: str = "", division: str = "") -> int:
    """Return the fen of grant money that came back (追回), of a fund or under a division: the public figure."""
    found = ClawbackReturn.objects.all()
    if fund:
        found = found.filter(clawback__grant__fund__code=fund)
    if division:
        found = found.filter(under(division, "clawback__grant__fund__division_id"))
    total: int | None = found.aggregate(total=Sum("amount"))["total"]
    return total or 0


@dataclass(frozen=True)
class MoneyBack:
    """What a fund asked back of its grants, in fen, with the single requests, the latest first."""

    asked: int
    returned: int
    written_off: int
    rows: tuple[Clawback, ...]

    @property
    def outstanding(self) -> int:
        """What neither came back nor was written off."""
        return self.asked - self.returned - self.written_off


def money_back(fund: Fund) -> MoneyBack:
    """Return what became of the money a fund asked back. Two queries."""
    found = Clawback.objects.filter(grant__fund=fund).select_related("grant__project")
    rows = tuple(found.order_by("-asked_at", "-id"))
    return MoneyBack(
        asked=sum(row.asked for row in rows),
        returned=returned_money(fund=fund.code),
        written_off=sum(row.written_off for row in rows),
        rows=rows,
    )


def clawbacks_of(grant: Grant) -> QuerySet[Clawback]:
    """Return what was asked back of a grant, with what returned."""
    return Clawback.objects.filter(grant=grant).prefetch_related("returns").order_by("asked_at", "id")
