from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('finance', '0012_seal_lines_and_files')]

    operations = [
        migrations.RemoveField('statementline', 'counterparty'),
        migrations.RemoveField('statementline', 'memo'),
        migrations.RemoveField('statementupload', 'body'),
        migrations.RemoveField('platformpiece', 'body'),
        migrations.RemoveField('platformrow', 'fund_words'),
        migrations.RemoveField('platformrow', 'name'),
        migrations.RemoveField('platformrow', 'message'),
        migrations.RemoveField('platformrow', 'dedication'),
        migrations.RemoveField('platformrow', 'purpose_words'),
    ]
