"""By which form a need came: the same sent twice is one need. Those of before came by none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('divisions', '0002_index_names'),
        ('projects', '0021_words_are_read'),
        ('registry', '0003_payee_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='need',
            name='sent_as',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_as', ''), _negated=True), fields=('sent_as',), name='need_sent_once'),
        ),
    ]
