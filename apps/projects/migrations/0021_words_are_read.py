"""A covered voucher for the public, and words of ratings that are read before they are public. Nobody has read old ones."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_calendar_days'),
        ('projects', '0020_needs_met_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='expense',
            name='covered',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='satisfactionreply',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='satisfactionreply',
            name='read_by_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='satisfactionreply',
            name='withheld_for',
            field=models.CharField(blank=True, choices=[('person', '能认出别人：姓名、电话、住址'), ('private', '病情、家事等私事'), ('insult', '辱骂、威胁'), ('off_topic', '和这个项目没有关系')], max_length=12),
        ),
        migrations.AddField(
            model_name='satisfactionreply',
            name='words_state',
            field=models.CharField(choices=[('none', '没有写话'), ('unread', '等着看'), ('shown', '公开'), ('withheld', '不公开')], default='none', max_length=8),
        ),
        migrations.RunSQL(
            "UPDATE projects_satisfactionreply SET words_state = 'unread' WHERE words <> ''",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='satisfactionreply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('read_by_id', None), ('withheld_for', ''), ('words', ''), ('words_state', 'none')), models.Q(models.Q(('words', ''), _negated=True), models.Q(models.Q(('read_at', None), ('read_by_id', None), ('withheld_for', ''), ('words_state', 'unread')), models.Q(('read_at__isnull', False), ('read_by_id__isnull', False), ('withheld_for', ''), ('words_state', 'shown')), models.Q(('read_at__isnull', False), ('read_by_id__isnull', False), ('words_state', 'withheld'), models.Q(('withheld_for', ''), _negated=True)), _connector='OR')), _connector='OR'), name='words_read_before_shown'),
        ),
    ]
