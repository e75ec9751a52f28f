from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0016_lists_are_fixed'),
    ]

    operations = [
        migrations.AddField(
            model_name='ratingcode',
            name='printed_at',
            field=models.DateTimeField(help_text='for the first time', null=True),
        ),
        migrations.AddField(
            model_name='ratingcode',
            name='prints',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ratingcode',
            name='sheet',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='ratingcode',
            name='valid_until',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='ratingcode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('printed_at', None), ('prints', 0), ('sheet', None)), models.Q(('printed_at__isnull', False), ('prints__gt', 0), ('sheet__isnull', False)), _connector='OR'), name='printed_codes_have_a_sheet'),
        ),
    ]
