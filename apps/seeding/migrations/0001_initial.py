import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('funds', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('pot', models.BigIntegerField()),
                ('per_fund', models.BigIntegerField()),
                ('document', models.CharField(max_length=200, verbose_name='依据文件')),
                ('opens_on', models.DateField()),
                ('closes_on', models.DateField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='funds.fund')),
            ],
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('awarded_at', models.DateTimeField()),
                ('awarded_by_id', models.BigIntegerField(null=True)),
                ('entry_id', models.BigIntegerField()),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seed_awards', to='funds.fund')),
                ('rulebook', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.rulebook')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='seeding.programme')),
            ],
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('per_fund__gt', 0), ('pot__gte', models.F('per_fund'))), name='programme_pot_fits'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='programme_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(fields=('programme', 'fund'), name='award_once_per_fund'),
        ),
    ]
