"""What the verbs of grants hold while they run, always in the house's order: fund, motion, grant, instalment."""

from apps.core import versions
from apps.core.locking import lock_row
from apps.funds import services as funds
from apps.grants.models import Grant, Instalment
from apps.projects.models import Project


def lock_grant(grant: Grant) -> Grant:
    """Return the grant as it is now, its fund locked before it."""
    held, code = "", grant.fund.code
    # While one waits for the lock, the fund may be merged and the grant go to another.
    while held != code:
        held = funds.lock_fund(code).code
        code = Grant.objects.values_list("fund__code", flat=True).get(pk=grant.pk)
    return lock_row(
        Grant,
        "fund__host",
        "motion__committee__fund",
        "project__organisation",
        "project__fund__host",
        pk=grant.pk,
    )


def lock_grants(project: Project) -> list[Grant]:
    """Return every fund's grant of a project as it is now, funds in the order of their codes."""
    found = Grant.objects.filter(project=project).select_related("fund")
    return [lock_grant(grant) for grant in found.order_by("fund__code", "pk")]


def lock_instalments(grant: Grant) -> list[Instalment]:
    """Return the instalments of a locked grant as they are now, in their order."""
    rows = Instalment.objects.select_for_update(no_key=True, of=("self",)).filter(grant=grant)
    found = list(rows.select_related("evidence", "milestone").order_by("number"))
    for instalment in found:
        instalment.grant = grant
    return found


def changed(grant: Grant) -> None:
    """Raise the content versions of the pages that show a grant."""
    versions.bump(f"fund:{grant.fund.code}", f"division:{grant.fund.division_id}", "site")
