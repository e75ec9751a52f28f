"""Words of an occasion that are kept back say on which ground; what was written before stays public."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0022_needs_sent_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='withheld_for',
            field=models.CharField(blank=True, choices=[('person', '能认出别人：姓名、电话、住址'), ('private', '病情、家事等私事'), ('insult', '辱骂、威胁'), ('off_topic', '和这个项目没有关系')], max_length=12),
        ),
    ]
