"""Several workers share the inbox: each holds the events that it asks the provider about.

The inbox keeps every event for ever, so the index of what waits holds nothing else.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donations", "0043_campaigns_of_things_put_right")]

    operations = [
        migrations.AddField("providerevent", "held_until", models.DateTimeField(null=True)),
        migrations.RemoveIndex("providerevent", "provider_event_waiting"),
        migrations.AddIndex(
            "providerevent",
            models.Index(fields=["id"], name="provider_event_new", condition=models.Q(state="new")),
        ),
        migrations.AddIndex(
            "providerevent",
            models.Index(
                fields=["received_at", "id"], name="provider_event_parked", condition=models.Q(state="parked")
            ),
        ),
    ]
