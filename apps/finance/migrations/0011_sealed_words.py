import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('finance', '0010_purposes_of_orders')]

    operations = [
        migrations.AddField('statementline', 'counterparty_sealed', models.TextField(blank=True, default=''), preserve_default=False),
        migrations.AddField('statementline', 'memo_sealed', models.TextField(blank=True, default=''), preserve_default=False),
        migrations.AddField('statementupload', 'body_sealed', models.BinaryField(default=b''), preserve_default=False),
        migrations.AddField('platformpiece', 'body_sealed', models.BinaryField(default=b''), preserve_default=False),
        migrations.CreateModel(
            name='PlatformWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.PositiveIntegerField()),
                ('words_sealed', models.TextField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='finance.platformfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('file', 'first'), name='platform_words_once')],
            },
        ),
    ]
