from django.db import migrations, models

from apps.core.sealing import blind_index, unseal
from apps.registry.rules import payee_context


def index_accounts(apps, schema_editor):
    """Write the keyed hash of every account that a configured key opens; `reseal` makes up for any other later."""
    organisations = apps.get_model("registry", "Organisation")
    rows = organisations.objects.exclude(payee_account="").only("code", "payee_account")
    for row in rows.iterator(chunk_size=500):
        try:
            account = unseal(row.payee_account, context=payee_context(row.code))
        except ValueError:
            continue
        organisations.objects.filter(pk=row.pk).update(payee_index=blind_index(account))


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_checked_payees'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='payee_index',
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.RunPython(index_accounts, migrations.RunPython.noop),
    ]
