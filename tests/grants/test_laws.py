"""What the database itself refuses to rewrite: objections, changes, agreements, suspensions and money asked back."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from apps.core import clock
from apps.grants import services
from apps.grants.models import Grant, Objection
from tests.cast import Cast
from tests.grants import house as h
from tests.grants.test_changes import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
# What stays from the first day, by table; and what stays once the row is settled.
WRITTEN = {
    "objection": ("words = 'x'", "ground = 'other'", "holds = FALSE", "answer_by = '2030-01-01 00:00:00'"),
    "grantchange": ("reason = 'x'", "kind = 'budget'", "made_by_id = 0"),
    "grantagreement": ("number = 7", "code = 'K'"),
    "suspension": ("reason = 'x'", "began_by_id = 0"),
    "clawback": ("asked = asked + 1", "reason = 'x'", "returned = returned - 1"),
    "clawbackreturn": ("amount = amount + 1", "bank_reference = 'x'", "received_on = '2030-01-01'"),
}
SETTLED = {
    "objection": ("answer = 'x'", "public_words = 'x'", "answered_by_id = 0", "state = 'upheld'"),
    "grantchange": ("details = '{}'", "decided_at = '2030-01-01 00:00:00'", "state = 'lost'"),
    "grantagreement": ("facts = '{}'", "signed_on = '2030-01-01'", "drawn_by_id = 0"),
    "suspension": ("decision = 'x'", "ended_by_id = 0"),
}


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "is not rewritten" in str(error) or "append-only" in str(error) or "is kept" in str(error)
    return False


def test_what_was_said_and_decided_about_a_grant_stays(house: Cast, in_notice: Grant) -> None:
    """One grant lives through all of it; at each step the rows are attacked as they then are."""
    grant = in_notice
    with clock.set_to(h.AFTER_VOTE):
        objection = services.object_to(
            grant, ground="need", words="这里没有这样的需求", contact="13900001111"
        )
        agreement = services.draw_agreement(grant, by=house.admin)
        suspension = services.suspend_grant(grant, reason="查账", by=house.admin)
    for table in ("objection", "grantagreement", "suspension"):
        attack(table, WRITTEN[table])
    with clock.set_to(h.AFTER_VOTE):
        services.dismiss(objection, public_words="有没有需求", answer="查过，有这样的需求", by=house.chair)
        upload = SimpleUploadedFile("a.pdf", PDF, content_type="application/pdf")
        services.file_agreement(agreement, signed_on=clock.today(), upload=upload, by=house.admin)
        services.resume_grant(suspension.grant, decision="查清", by=house.admin)
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
        until = grant.project.ends_on + timedelta(days=1)
        services.extend(grant, ends_on=until, reason="下雨", by=house.chair)
        h.paid(house, grant)
        clawback = services.ask_back(grant, amount=100, reason="多付", by=house.admin)
        services.return_money(
            clawback, amount=60, received_on=h.PAID_ON, bank_reference="R-1", by=house.finance
        )
    for attacks in (WRITTEN, SETTLED):
        for table, changes in attacks.items():
            attack(table, changes)
    # New keys seal the contact anew; nothing else of the row moves.
    assert not refused("UPDATE grants_objection SET contact = 'anew'")
    assert Objection.objects.get().contact == "anew"


def attack(table: str, changes: tuple[str, ...]) -> None:
    for change in changes:
        assert refused(f"UPDATE grants_{table} SET {change}"), f"{table}: {change}"
    assert refused(f"DELETE FROM grants_{table}"), table
