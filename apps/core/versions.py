"""Content versions: one small number per public thing, raised in the transaction that changes what is shown."""

from django.db.models import F

from apps.core.models import ContentVersion


def bump(*keys: str) -> None:
    """Raise the version of each key (such as `fund:F0001` or `site`), in a fixed order so that verbs never deadlock."""
    for key in sorted(set(keys)):
        if not ContentVersion.objects.filter(key=key).update(version=F("version") + 1):
            ContentVersion.objects.get_or_create(key=key, defaults={"version": 1})


def version(key: str) -> int:
    """Return the version of what `key` shows; 0 when nothing was ever bumped. One primary-key read."""
    found = ContentVersion.objects.filter(key=key).values_list("version", flat=True).first()
    return found or 0
