"""A meeting's agenda, who came to it and who signed its minutes stay as they were written."""

from django.db import migrations

from apps.governance.migrations._triggers import drop, make

CALLED = "EXISTS (SELECT 1 FROM governance_meeting m WHERE m.id = {row}.meeting_id AND m.state = 'called')"
# From the first signature the minutes have their text, and with it who came.
SIGNED_FOR = (
    "EXISTS (SELECT 1 FROM governance_minutes m WHERE m.meeting_id = {row}.meeting_id AND m.content <> '') "
    "OR EXISTS (SELECT 1 FROM governance_meeting m WHERE m.id = {row}.meeting_id AND m.state = 'cancelled')"
)
ITS_TEXT = (
    "EXISTS (SELECT 1 FROM governance_minutes m "
    "WHERE m.id = NEW.minutes_id AND m.state = 'draft' AND m.content_hash = NEW.content_hash)"
)
UNSIGNED = "EXISTS (SELECT 1 FROM governance_minutes m WHERE m.id = OLD.minutes_id AND m.state = 'draft')"
MOVED = (
    "NEW.id <> OLD.id OR NEW.meeting_id <> OLD.meeting_id OR NEW.motion_id <> OLD.motion_id "
    "OR NEW.added_at <> OLD.added_at"
)
OVER = (
    "OLD.state <> 'called' AND (NEW.state <> OLD.state OR NEW.committee_id <> OLD.committee_id "
    "OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at OR NEW.place <> OLD.place)"
)
AGENDA = "an agenda grows and is put in order while its meeting is called, and nothing is taken off it"
CAME = "who came is written until the minutes are signed"
SIGNATURE = "a signature stands under the text that was read, and stays once the minutes are signed"
MEETING = "a meeting that is over stays as it was"

# (name, table, event, condition under which it refuses, sentence).
TRIGGERS = [
    ("agenda_insert", "governance_agendaitem", "INSERT", f"NOT {CALLED.format(row='NEW')}", AGENDA),
    ("agenda_update", "governance_agendaitem", "UPDATE", f"{MOVED} OR NOT {CALLED.format(row='OLD')}", AGENDA),
    ("agenda_delete", "governance_agendaitem", "DELETE", "1 = 1", AGENDA),
    ("attendance_insert", "governance_attendance", "INSERT", SIGNED_FOR.format(row="NEW"), CAME),
    ("attendance_update", "governance_attendance", "UPDATE", "1 = 1", CAME),
    ("attendance_delete", "governance_attendance", "DELETE", SIGNED_FOR.format(row="OLD"), CAME),
    ("signature_insert", "governance_signature", "INSERT", f"NOT {ITS_TEXT}", SIGNATURE),
    ("signature_update", "governance_signature", "UPDATE", "1 = 1", SIGNATURE),
    ("signature_delete", "governance_signature", "DELETE", f"NOT {UNSIGNED}", SIGNATURE),
    ("meeting_update", "governance_meeting", "UPDATE", OVER, MEETING),
    ("meeting_delete", "governance_meeting", "DELETE", "1 = 1", MEETING),
]


def install(apps, schema_editor):
    for trigger in TRIGGERS:
        make(schema_editor, *trigger)


def remove(apps, schema_editor):
    for name, *_rest in TRIGGERS:
        drop(schema_editor, name)


class Migration(migrations.Migration):
    dependencies = [("governance", "0008_grant_changes")]
    operations = [migrations.RunPython(install, remove)]
