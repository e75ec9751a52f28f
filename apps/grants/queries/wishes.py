"""Projects and needs as what a donor can name with a gift (`settings.WISH_FINDERS`)."""

from django.urls import reverse
from django.utils.text import Truncator

from apps.donations.queries import Wish, restrictions_open
from apps.funds.models import Fund, Restriction
from apps.grants.models import GrantSource
from apps.projects.models import Project
from apps.projects.queries import find_need
from apps.projects.states import APPROVED, PUBLIC, PUBLISHED, RUNNING, TABLED

# What is accepted, closed or declined needs no more money.
WANTS_MONEY = frozenset({TABLED, APPROVED, RUNNING})
NAME_LENGTH = 24


def project_wish(code: str) -> Wish | None:
    """Return a public project as a wish of its leading fund, or None."""
    found = Project.objects.filter(code=code, state__in=PUBLIC).select_related("fund__host", "fund__division")
    project = found.first()
    if project is None:
        return None
    return Wish(
        code,
        project.title,
        project.fund,
        reverse("disclosure:project", args=[code]),
        project.state in WANTS_MONEY,
        _restriction(project),
    )


def _restriction(project: Project) -> Restriction | None:
    """Return the restriction that alone pays a project and still takes gifts; None where there is no such one."""
    sources = GrantSource.objects.filter(grant__project=project, grant__fund=project.fund)
    codes = set(sources.values_list("restriction", flat=True))
    open_ones = {row.code: row for row in restrictions_open(project.fund) if not row.is_general}
    return open_ones.get(codes.pop()) if len(codes) == 1 else None


def need_wish(code: str) -> Wish | None:
    """Return a public need as a wish of its community's fund, or None where there is no such fund."""
    need = find_need(code)
    if need is None or need.published_at is None:
        return None
    funds = Fund.objects.filter(division=need.division_id, state=Fund.State.OPEN).exclude(
        kind=Fund.Kind.GENERAL
    )
    fund = funds.select_related("host", "division").order_by("pk").first()
    if fund is None:
        return None
    name = Truncator(" ".join(need.words.split())).chars(NAME_LENGTH)
    return Wish(code, name, fund, reverse("disclosure:need", args=[code]), need.state == PUBLISHED)
