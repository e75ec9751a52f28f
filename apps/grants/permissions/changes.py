"""Under which grant a project's budget and days may change, where several funds pay."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.grants.models import Grant
from apps.grants.permissions.grants import may_table_change
from apps.grants.queries import lead_grant
from apps.users.permissions import Person


def leads(grant: Grant) -> Verdict:
    """Budget and days are the whole project's: they change under the lead fund's grant and no other."""
    lead = lead_grant(grant.project)
    if lead.pk == grant.pk:
        return YES
    return no(_("预算和期限是整个项目的，由牵头的%(fund)s来调整，请和他们商量。") % {"fund": lead.fund.name})


def may_change_project(user: Person, grant: Grant) -> Verdict:
    """An officer of the lead fund on no side of the grant asks for another budget or another last day."""
    verdict = may_table_change(user, grant)
    return leads(grant) if verdict else verdict
