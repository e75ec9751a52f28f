"""A supervisor's opinions on a motion, wherever the committee reads it."""

from typing import Any

from django import template

from apps.governance import permissions, queries
from apps.governance.forms.committees import OpinionForm
from apps.governance.models import Motion
from apps.governance.states import DRAFT, WITHDRAWN

register = template.Library()


@register.inclusion_tag("governance/_opinions.html", takes_context=True)
def supervisor_opinions(context: Any, motion: Motion) -> dict[str, Any]:
    """What supervisors wrote about a motion; for a supervisor of its committee, the place to write."""
    request = context["request"]
    may_write = permissions.may_write_opinion(request.user, motion.committee.fund)
    return {
        "motion": motion,
        "opinions": queries.opinions_on(motion),
        "may_write": may_write and motion.state not in {DRAFT, WITHDRAWN},
        "form": OpinionForm(),
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }
