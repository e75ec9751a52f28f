"""A grant goes on in the fund that stands for its own."""

from collections.abc import Mapping

from apps.core import audit
from apps.core.verbs import verb
from apps.funds import services as funds
from apps.funds.models import Fund
from apps.grants.models import Grant
from apps.grants.states import RESERVED_AS
from apps.projects import services as projects
from apps.users.models import User


@verb
def hand_over(grant: Grant, *, to: Fund, into: Mapping[str, str], by: User | None) -> Grant:
    """Let a grant, its project and its reserved money go on in another fund; `into` names the restrictions there.

    The caller holds the locks of both funds and has locked the grant. Once is enough: again it changes nothing.
    """
    if grant.fund_id == to.pk:
        return grant
    before, grant.fund = grant.fund, to
    grant.save(update_fields=["fund"])
    for source in grant.sources.all():
        source.restriction = into.get(source.restriction, source.restriction)
        source.save(update_fields=["restriction"])
    projects.hand_over(grant.project, of=before, to=to, by=by)
    funds.hand_over_promise(RESERVED_AS, grant.code, to=to, into=into)
    audit.record(by, "hand_over_grant", grant, before=before.code, after=to.code)
    return grant
