"""Verbs about people and their roles."""

from datetime import date

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused, Verdict
from apps.users import notices, permissions
from apps.users.models import Role, User
from apps.users.rules import SCOPES_OF_KIND


@verb
def create_user(
    *, email: str, name: str, password: str | None = None, verified: bool = False, by: User | None = None
) -> User:
    """Return the user with this e-mail address, made if there is none yet.

    Being a user gives nothing by itself (anyone can sign up), so nobody is asked for permission. Without a password
    they sign in with an e-mailed code, which also proves the address; `verified` is for an address known to be theirs.
    An existing user keeps their name and password. Raises `Refused` for an address or name that cannot be one.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(_("请填写一个完整的电子邮箱，比如 li@example.org。"), "email") from None
    name = clean_text(name, field="name", limit=60)
    existing = User.objects.filter(email=email).first()
    if existing is not None:
        return existing
    if not name:
        raise Refused(_("请填写这个人的姓名。"), "name")
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    audit.record(by, "create_user", user)
    return user


@verb
def grant_role(
    user: User,
    *,
    kind: str,
    scope_kind: str,
    scope_code: str,
    valid_from: date,
    valid_until: date | None = None,
    by: User | None,
    permit: Verdict | None = None,
) -> Role:
    """Give a person a role in a scope from one day until another (both count; no end when None).

    `permit` is the verdict of a higher room that knows the scope (an organisation, a division of a host); without it
    `permissions.may_grant` decides. Giving the same role from the same day again returns the one there is. Raises
    `Refused`.
    """
    user = lock_row(User, pk=user.pk)
    if permit is None:
        permit = permissions.may_grant(by, kind=kind, scope_kind=scope_kind, scope_code=scope_code)
    permit.require()
    if not scope_code or scope_kind not in SCOPES_OF_KIND.get(kind, frozenset()):
        raise Refused(_("这个身份不能授予在这样的范围上。"), "scope_kind")
    if valid_until is not None and valid_until < valid_from:
        raise Refused(_("结束日期不能早于开始日期。"), "valid_until")
    role, is_new = Role.objects.get_or_create(
        user=user,
        kind=kind,
        scope_kind=scope_kind,
        scope_code=scope_code,
        valid_from=valid_from,
        ended_at=None,
        defaults={"valid_until": valid_until},
    )
    if not is_new:
        if role.valid_until != valid_until:
            raise Refused(_("这个人从同一天起已有同样的身份，请先取消原来的。"), "valid_until")
        return role
    facts = {"kind": kind, "scope": f"{scope_kind}:{scope_code}", "from": valid_from.isoformat()}
    audit.record(by, "grant_role", role, **facts)
    if by is not None:
        notices.role_granted(role)
    return role


@verb
def end_role(role: Role, *, by: User | None, permit: Verdict | None = None) -> Role:
    """End a role now: the next request of its holder is without it. A role already ended stays as it is.

    `permit` as in `grant_role`. Raises `Refused`.
    """
    role = lock_row(Role, pk=role.pk)
    (permissions.may_end(by, role) if permit is None else permit).require()
    if role.ended_at is None:
        role.ended_at = clock.now()
        role.save(update_fields=["ended_at"])
        audit.record(by, "end_role", role, kind=role.kind, scope=f"{role.scope_kind}:{role.scope_code}")
    return role
