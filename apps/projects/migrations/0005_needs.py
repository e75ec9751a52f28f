"""A need says where, whom and how many; what names people is sealed beside it; it can be seconded, merged and answered."""

import django.db.models.deletion
from django.db import migrations, models


def publish(apps, schema_editor):
    """What everyone reads so far was published when it was decided on."""
    need = apps.get_model("projects", "Need")
    need.objects.filter(state="published").update(published_at=models.F("decided_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_letterbox'),
        ('divisions', '0002_index_names'),
        ('projects', '0004_joint_funding'),
    ]

    operations = [
        migrations.CreateModel(
            name='NeedPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='NeedPrivate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facts', models.TextField(blank=True)),
                ('contact', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='NeedSecond',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=64)),
                ('has_account', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Sender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='need',
            name='answer',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='need',
            name='groups',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='need',
            name='means',
            field=models.CharField(blank=True, choices=[('service', '由一次服务解决'), ('volunteer', '由志愿者解决'), ('project', '由项目解决'), ('other', '由其他办法解决')], max_length=12),
        ),
        migrations.AddField(
            model_name='need',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='projects.need'),
        ),
        migrations.AddField(
            model_name='need',
            name='persons',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='need',
            name='place',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='need',
            name='published_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='need',
            name='receipt',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='need',
            name='teller',
            field=models.CharField(choices=[('resident', '居民自己说的'), ('worker', '社工代为记录')], default='resident', max_length=8),
        ),
        migrations.AddField(
            model_name='need',
            name='urgency',
            field=models.CharField(blank=True, choices=[('', '还没看'), ('normal', '一般'), ('soon', '尽快'), ('urgent', '紧急')], default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='need',
            name='state',
            field=models.CharField(choices=[('voiced', '待公开'), ('published', '已公开'), ('set_aside', '不公开'), ('merged', '已合并'), ('met', '已解决'), ('closed', '不办了')], default='voiced', max_length=12),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['published_at'], name='need_by_publication'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(condition=models.Q(('receipt', ''), _negated=True), fields=('receipt',), name='need_receipt_once'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged')), models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='need_merged_names_the_kept_one'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='need_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['met', 'closed']), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='need_over_says_why'),
        ),
        migrations.AddField(
            model_name='needphoto',
            name='file',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='needphoto',
            name='need',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='projects.need'),
        ),
        migrations.AddField(
            model_name='needprivate',
            name='need',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='private', to='projects.need'),
        ),
        migrations.AddField(
            model_name='needsecond',
            name='need',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seconds', to='projects.need'),
        ),
        migrations.AddIndex(
            model_name='sender',
            index=models.Index(fields=['mark', 'at'], name='sender_by_mark'),
        ),
        migrations.AddConstraint(
            model_name='needsecond',
            constraint=models.UniqueConstraint(fields=('need', 'mark'), name='need_second_once'),
        ),
        migrations.RunPython(publish, migrations.RunPython.noop),
    ]
