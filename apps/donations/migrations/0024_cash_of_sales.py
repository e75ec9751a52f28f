import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0023_directed_giving'),
    ]

    operations = [
        migrations.AddField(
            model_name='depositedgift',
            name='sale',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='donations.goodsmove'),
        ),
        migrations.AlterField(
            model_name='depositedgift',
            name='donation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='donations.donation'),
        ),
        migrations.AddConstraint(
            model_name='depositedgift',
            constraint=models.UniqueConstraint(condition=models.Q(('is_standing', True)), fields=('sale',), name='sale_deposited_once'),
        ),
        migrations.AddConstraint(
            model_name='depositedgift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('donation__isnull', False), ('sale__isnull', True)), models.Q(('donation__isnull', True), ('sale__isnull', False)), _connector='OR'), name='deposited_is_one_cash'),
        ),
    ]
