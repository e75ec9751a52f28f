"""What a fund's work has achieved in a stretch of time, as plain values to be frozen with its application."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum

from apps.core import clock
from apps.funds.models import Fund
from apps.projects.models import Evidence, RatingCode, SatisfactionReply
from apps.projects.states import ACCEPTED


def results_of(fund: Fund, first_day: date, last_day: date) -> dict[str, Any]:
    """Return the fund's reports accepted between two days: how many, their person-times (人次, not people), and how
    served residents rated those projects, as whole numbers."""
    accepted = Evidence.objects.filter(
        project__fund=fund,
        state=ACCEPTED,
        decided_at__gte=clock.midnight(first_day),
        decided_at__lt=clock.midnight(last_day + timedelta(days=1)),
    )
    rows = (
        accepted.values("project_id", "project__code", "project__title")
        .annotate(reports=Count("pk"), times=Sum("person_times"))
        .order_by("project__code")
    )
    projects = [
        {
            "code": row["project__code"],
            "title": row["project__title"],
            "reports": row["reports"],
            "person_times": row["times"],
            **_ratings(row["project_id"]),
        }
        for row in rows
    ]
    totals = {
        name: sum(one[name] for one in projects) for name in ("reports", "person_times", "replies", "stars")
    }
    return {"from": first_day.isoformat(), "until": last_day.isoformat(), "projects": projects, **totals}


def _ratings(project: int) -> dict[str, int]:
    found = SatisfactionReply.objects.filter(code__project=project).aggregate(
        replies=Count("pk"), stars=Sum("stars")
    )
    issued = RatingCode.objects.filter(project=project).count()
    return {"replies": found["replies"], "stars": found["stars"] or 0, "codes_given": issued}
