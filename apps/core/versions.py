"""Content versions: one small number per public thing, raised in the transaction that changes what is shown."""

from apps.core.compiled import asking
from apps.core.models import ContentVersion
from apps.core.sets import rows_source


def bump(*keys: str) -> None:
    """Raise the version of each key (such as `fund:F0001` or `site`), in a fixed order so that verbs never deadlock."""
    if not keys:
        return
    source, values = rows_source([("key", "text")], [(key,) for key in sorted(set(keys))])
    with asking() as cursor:
        cursor.execute(
            f"INSERT INTO core_contentversion (key, version) SELECT key, 1 FROM {source} WHERE true ORDER BY ordinal"
            " ON CONFLICT (key) DO UPDATE SET version = core_contentversion.version + 1",
            values,
        )


def version(key: str) -> int:
    """Return the version of what `key` shows; 0 when nothing was ever bumped. One primary-key read."""
    found = ContentVersion.objects.filter(key=key).values_list("version", flat=True).first()
    return found or 0
