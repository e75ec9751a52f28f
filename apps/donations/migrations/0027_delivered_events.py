from django.db import migrations, models
from django.db.models import F


def were_delivered(apps, schema_editor):
    """What came before cannot be told apart any more, and no provider is called silent for it."""
    events = apps.get_model("donations", "ProviderEvent").objects.using(schema_editor.connection.alias)
    events.filter(delivered_at=None).update(delivered_at=F("received_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0026_offline_campaigns"),
    ]

    operations = [
        migrations.AddField(
            model_name="providerevent",
            name="delivered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(were_delivered, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(fields=["provider", "delivered_at"], name="provider_event_delivered"),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(
                condition=models.Q(("delivered_at", None)),
                fields=["provider", "received_at"],
                name="provider_event_fetched",
            ),
        ),
    ]
