"""The committee that tests form in a few statements is the one that the verbs form."""

from typing import Any

from django.db import transaction

from apps.core.models import AuditEvent, ContentVersion
from apps.governance import services
from apps.governance.models import Committee, Seat
from tests.cast import Cast
from tests.governance.house import FROM, give_seat, make_committee


def written(committee: Committee) -> list[dict[str, Any]]:
    """Everything about the seats of a committee but their keys."""
    facts = AuditEvent.objects.filter(verb="governance.seat").values("at", "by_id", "subject_kind", "facts")
    seats = Seat.objects.filter(committee=committee).values()
    return [
        *({**seat, "id": None, "committee_id": None} for seat in seats.order_by("pk")),
        *facts.order_by("pk"),
    ]


def test_the_shortcut_writes_what_the_verbs_do(cast: Cast) -> None:
    with transaction.atomic():
        shortcut = written(make_committee(cast))
        is_bumped = ContentVersion.objects.filter(key=f"fund:{cast.fund.code}").exists()
        transaction.set_rollback(True)
    committee = services.form_committee(
        cast.fund, appointed_by="古南街道〔2026〕1号", day=FROM, size=7, by=cast.admin
    )
    give_seat(committee, cast.chair, "chair", "party")
    for user in cast.members:
        give_seat(committee, user)
    give_seat(committee, cast.secretary, "secretary", "social_worker")
    give_seat(committee, cast.supervisor, "supervisor", "host_staff")
    assert len(shortcut) == 18 and is_bumped
    assert shortcut == written(committee)
