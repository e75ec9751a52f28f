"""Reads about needs, projects and what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from apps.core.compiled import Compiled, Param
from apps.divisions.rules import code_range, is_code
from apps.funds.models import Fund
from apps.projects.models import (
    Evidence,
    EvidenceDocument,
    EvidencePhoto,
    Project,
    RatingCode,
    SatisfactionReply,
    SentFile,
    Share,
)
from apps.projects.queries.offers import sealed
from apps.projects.rules import MAX_DOCUMENTS, MAX_PHOTOS, SATISFIED_FROM, Record, Satisfaction, satisfaction
from apps.projects.states import ACCEPTED, PUBLIC
from apps.users.models import Role, User
from apps.users.permissions import Person
from apps.users.queries import scope_codes

HOST_STAFF = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, Role.Kind.AUDITOR)


def under(division: str, column: str) -> Q:
    """Return the condition of a column's division being `division` or lying under it; nothing for a text that is no
    division's code."""
    if not is_code(division):
        return Q(pk__in=[])
    low, high = code_range(division)
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def of_organisations(user: Person) -> QuerySet[Project]:
    """Return the projects of the organisations a person acts for, newest first."""
    codes = scope_codes(user, Role.Kind.IMPLEMENTER, Role.Scope.ORGANISATION) if user else []
    return _related(Project.objects.filter(organisation__code__in=codes)).order_by("-created_at", "-id")


def visible_to(user: Person) -> QuerySet[Project]:
    """Return the projects a person may see: public ones, their organisations', and those of hosts, funds and divisions
    they look after. What committees see before the vote is added in `grants`."""
    seen = Q(state__in=PUBLIC)
    if user is not None and user.is_authenticated:
        seen |= Q(organisation__code__in=scope_codes(user, Role.Kind.IMPLEMENTER, Role.Scope.ORGANISATION))
        for kind in (*HOST_STAFF, Role.Kind.TOWN_COORDINATOR):
            looked_after = Q(fund__host__code__in=scope_codes(user, kind, Role.Scope.HOST))
            looked_after |= Q(fund__code__in=scope_codes(user, kind, Role.Scope.FUND))
            for code in scope_codes(user, kind, Role.Scope.DIVISION):
                looked_after |= under(code, "fund__division_id")
            seen |= Q(pk__in=Share.objects.filter(looked_after).values("project")) & ~sealed()
    return _related(Project.objects.filter(seen)).order_by("-created_at", "-id")


_shares = Compiled(
    lambda: (
        Share.objects.filter(project=Param("project"))
        .select_related("fund__host", "fund__division")
        .order_by("fund__code")
    )
)


def shares_of(project: Project) -> list[Share]:
    """Return what each fund is asked to pay, the fund that was applied to first."""
    shares = _shares.rows(project=project.pk)
    for share in shares:
        share.project = project
    return sorted(shares, key=lambda share: share.fund_id != project.fund_id)


def funds_of(project: Project) -> list[Fund]:
    """Return the funds that are asked to pay, the one that was applied to first."""
    return [share.fund for share in shares_of(project)]


def public_projects(
    *, fund: str = "", division: str = "", state: str = "", field: str = ""
) -> QuerySet[Project]:
    """Return what everyone may see, newest first, narrowed by a fund's code, a division's (with everything under it), a
    state or a field. Unknown values find nothing."""
    found = Project.objects.filter(state__in=PUBLIC)
    if fund:
        found = found.filter(shares__fund__code=fund)
    if division:
        found = found.filter(
            pk__in=Share.objects.filter(under(division, "fund__division_id")).values("project")
        )
    if state:
        found = found.filter(state=state)
    if field:
        found = found.filter(field=field)
    return _related(found).order_by("-created_at", "-id")


def _related(found: QuerySet[Project]) -> QuerySet[Project]:
    return found.select_related("fund", "fund__host", "fund__division", "organisation", "need")


def accepted_evidence(project: Project) -> QuerySet[Evidence]:
    """Return what the public sees of the work, oldest first, with its photographs."""
    return (
        Evidence.objects.filter(project=project, state=ACCEPTED)
        .select_related("milestone")
        .prefetch_related("photos__file", "documents__file", "figures__indicator")
        .order_by("filed_at", "id")
    )


def all_evidence(project: Project) -> QuerySet[Evidence]:
    """Return every report of a project, newest first, for its own people and those who accept."""
    return (
        Evidence.objects.filter(project=project)
        .select_related("milestone")
        .prefetch_related("photos__file", "documents__file", "figures__indicator")
        .order_by("-filed_at", "-id")
    )


def photo(evidence: Evidence, number: int) -> EvidencePhoto | None:
    """Return the n-th photograph of a report, counted from 1; None when there is none."""
    if not 1 <= number <= MAX_PHOTOS:
        return None
    return evidence.photos.select_related("file").order_by("id")[number - 1 : number].first()


def document(evidence: Evidence, number: int) -> EvidenceDocument | None:
    """Return the n-th document of a report, counted from 1; None when there is none."""
    if not 1 <= number <= MAX_DOCUMENTS:
        return None
    return evidence.documents.select_related("file").order_by("id")[number - 1 : number].first()


def sent_files(project: Project, *, report: str, by: User) -> QuerySet[SentFile]:
    """Return what a person sent for a report that is not filed yet, in the order it came."""
    found = SentFile.objects.filter(project=project, report=report, sent_by_id=by.pk)
    return found.select_related("file").order_by("pk")


def filed_report(project: Project, *, key: str, by: User) -> Evidence | None:
    """Return the report that a person filed with a form before, by the form's key."""
    return Evidence.objects.filter(project=project, code=key, filed_by_id=by.pk).first() if key else None


def half_done_report(project: Project, *, by: User) -> str:
    """Return the code of the report for which a person sent files last and which was not filed; empty without one."""
    latest = SentFile.objects.filter(project=project, sent_by_id=by.pk).order_by("-pk")
    return latest.values_list("report", flat=True).first() or ""


@dataclass(frozen=True)
class Work:
    """What was done. `person_times` is a total; `persons` is the figure of the latest accepted report, because the same
    people come again and persons are never added up."""

    person_times: int
    persons: int
    reports: int


def work_done(project: Project) -> Work:
    """Return what the accepted reports of a project show."""
    accepted = Evidence.objects.filter(project=project, state=ACCEPTED)
    totals = accepted.aggregate(times=Sum("person_times"), reports=Count("id"))
    latest = accepted.order_by("-is_final", "-filed_at", "-id").values_list("persons", flat=True).first()
    return Work(person_times=totals["times"] or 0, persons=latest or 0, reports=totals["reports"])


def person_times(*, fund: str = "", division: str = "") -> int:
    """Return the person-times (人次, not people) of all accepted reports of a fund or under a division."""
    found = Evidence.objects.filter(state=ACCEPTED)
    if fund:
        found = found.filter(project__fund__code=fund)
    if division:
        found = found.filter(under(division, "project__fund__division_id"))
    total: int | None = found.aggregate(times=Sum("person_times"))["times"]
    return total or 0


def _summary(replies: QuerySet[SatisfactionReply], codes: QuerySet[RatingCode]) -> Satisfaction:
    pairs: Iterable[tuple[int, int]] = (
        replies.order_by()
        .values_list("stars")
        .annotate(how_many=Count("id"))
        .values_list("stars", "how_many")
    )
    called = replies.filter(channel=SatisfactionReply.Channel.CALL).count()
    return satisfaction(pairs, issued=codes.count(), by_call=called)


def satisfaction_of(project: Project) -> Satisfaction:
    """Return how served residents rated a project, with how many codes were given out."""
    return _summary(
        SatisfactionReply.objects.filter(code__project=project), RatingCode.objects.filter(project=project)
    )


def satisfaction_in(*, fund: str = "", division: str = "") -> Satisfaction:
    """Return how served residents rated all projects of a fund or under a division; every reply counts once."""
    codes = RatingCode.objects.all()
    if fund:
        codes = codes.filter(project__fund__code=fund)
    if division:
        codes = codes.filter(under(division, "project__fund__division_id"))
    return _summary(SatisfactionReply.objects.filter(code__in=codes.values("pk")), codes)


def records_of(organisations: Iterable[int]) -> dict[int, Record]:
    """Return by organisation's key what those it served in all its projects said. One query; none without a reply."""
    rows = (
        SatisfactionReply.objects.filter(code__project__organisation__in=list(organisations))
        .order_by()
        .values_list("code__project__organisation")
        .annotate(satisfied=Count("pk", filter=Q(stars__gte=SATISFIED_FROM)), count=Count("pk"))
    )
    return {pk: Record(satisfied, count) for pk, satisfied, count in rows}


def replies(project: Project) -> QuerySet[SatisfactionReply]:
    """Return the single replies to a project, newest first, without their codes."""
    return SatisfactionReply.objects.filter(code__project=project).order_by("-given_at", "-id")


def words_to_read(projects: QuerySet[Project]) -> QuerySet[SatisfactionReply]:
    """Return the words residents wrote with their ratings that nobody has read yet, the oldest first."""
    found = SatisfactionReply.objects.filter(
        code__project__in=projects, words_state=SatisfactionReply.Words.UNREAD
    )
    return found.select_related("code__project__fund").order_by("given_at", "pk")


def unused_codes(project: Project) -> QuerySet[RatingCode]:
    """Return the codes of a project that nobody has used yet, in the order they were issued."""
    return RatingCode.objects.filter(project=project, reply=None).order_by("id")


@dataclass(frozen=True)
class CardSheet:
    """Cards that were printed together: how many, how many nobody has used, how often they were printed."""

    number: int
    printed_at: datetime
    count: int
    unused: int
    prints: int


def card_sheets(project: Project) -> list[CardSheet]:
    """Return the sheets of cards of a project, the latest first."""
    rows = (
        RatingCode.objects.filter(project=project, prints__gt=0)
        .order_by("-sheet")
        .values("sheet")
        .annotate(at=Min("printed_at"), cards=Count("pk"), used=Count("reply"), most=Max("prints"))
    )
    return [
        CardSheet(row["sheet"] or 0, row["at"], row["cards"], row["cards"] - row["used"], row["most"])
        for row in rows
    ]
