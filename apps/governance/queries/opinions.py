"""What supervisors wrote, and who may read it when."""

from django.db.models import Q, QuerySet

from apps.governance.models import Committee, Motion, SupervisorOpinion
from apps.governance.states import DECIDED


def opinions_on(motion: Motion) -> QuerySet[SupervisorOpinion]:
    """Return the opinions on a motion, the first one first. Before the close they are for the committee only."""
    return motion.opinions.select_related("seat__user").order_by("written_at", "pk")


def public_opinions(committee: Committee) -> QuerySet[SupervisorOpinion]:
    """Return what everyone may read: opinions on years, and on motions whose votes are counted; the newest first."""
    return (
        SupervisorOpinion.objects.filter(Q(motion=None) | Q(motion__state__in=DECIDED), committee=committee)
        .select_related("seat__user", "motion")
        .order_by("-written_at", "-pk")
    )
