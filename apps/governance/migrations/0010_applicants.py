from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0009_proceedings_stay'),
    ]

    operations = [
        migrations.AddField(
            model_name='motion',
            name='applicant_id',
            field=models.BigIntegerField(null=True),
        ),
    ]
