from django.db import migrations


def forget(apps, _schema_editor):
    """Clear what monthly plans still say of donors who were erased before the erasure covered plans."""
    plans = apps.get_model("donations", "GivingPlan").objects.exclude(donor__erased_at=None)
    plans.update(
        name_choice="anonymous", public_name="爱心居民", message="", dedication_sealed="", public_dedication=""
    )


class Migration(migrations.Migration):

    dependencies = [('donations', '0034_told_by_text_or_hand')]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
