"""The verbs of a person's own desk."""

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

from apps.core import audit, clock
from apps.core.verbs import verb
from apps.desk.models import CalendarLink
from apps.users.models import User

SECRET_BYTES = 24
_signer = Signer(salt="desk.calendar")


@verb
def make_calendar_link(*, by: User) -> str:
    """Make the secret address of a person's calendar anew and return its token, which is kept nowhere; the one before
    stops working."""
    token = _signer.sign(secrets.token_urlsafe(SECRET_BYTES))
    facts = {"digest": _digest(token), "made_at": clock.now()}
    CalendarLink.objects.update_or_create(user=by, defaults=facts)
    audit.record(by, "make_calendar_link", by)
    return token


@verb
def revoke_calendar_link(*, by: User) -> None:
    """Shut the secret address of a person's calendar. Without one nothing happens."""
    deleted, _kinds = CalendarLink.objects.filter(user=by).delete()
    if deleted:
        audit.record(by, "revoke_calendar_link", by)


def reader_of(token: str) -> User | None:
    """Return whose calendar a token opens; None for a forged, replaced or revoked one, and for who may not sign in any
    more."""
    try:
        _signer.unsign(token)
    except BadSignature:
        return None
    found = CalendarLink.objects.select_related("user").filter(digest=_digest(token), user__is_active=True)
    link = found.first()
    return link.user if link else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
