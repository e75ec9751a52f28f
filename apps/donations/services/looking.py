"""Who looked at a donor's name and contact: one row of the trail a day, person and page (PIPL 51, 54)."""

from django.db.models import Model

from apps.core import audit, clock
from apps.core.models import AuditEvent
from apps.core.verbs import verb
from apps.users.models import User

LOOKED = "see_donor"


@verb
def note_look(subject: Model, *, by: User, page: str = "", file: str = "") -> None:
    """Note that a person opened the page with a donor's name and contact; again on the same day changes nothing.

    A list of many donors is its host's: `page` names which list, `file` the code of the file whose rows it shows.
    """
    where = {key: value for key, value in {"page": page, "file": file}.items() if value}
    seen = AuditEvent.objects.filter(
        subject_kind=subject._meta.label_lower,
        subject_code=str(getattr(subject, "code", subject.pk)),
        verb=LOOKED,
        by_id=by.pk,
        at__gte=clock.midnight(clock.today()),
        **{f"facts__{key}": value for key, value in where.items()},
    )
    if not seen.exists():
        audit.record(by, LOOKED, subject, **where)
