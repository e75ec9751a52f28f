"""Who may act as what. The same verdict hides a button, explains itself on the page and guards the verb."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.users.models import Role, User
from apps.users.queries import roles_held, ways_to

Person = User | AnonymousUser | None


def acts_as(
    user: Person, *kinds: str, host: str = "", division: str = "", organisation: str = "", fund: str = ""
) -> Verdict:
    """Tell whether a person holds, today, one of the roles `kinds` with a scope that covers the place.

    Each part of the place that is given is one way to be covered (see `queries.ways_to`): pass both `host` and
    `division` where a host's finance and a town's coordinator may both act. The refusal names who may act.
    """
    if not isinstance(user, User):
        return no(_("请先登录。"))
    if not user.is_active:
        return no(_("这个账号已经停用。"))
    held = [(scope, code) for kind, scope, code in roles_held(user) if kind in kinds]
    ways = ways_to(host=host, division=division, organisation=organisation, fund=fund)
    if any(not ways or code in ways.get(scope, ()) for scope, code in held):
        return YES
    names = _("或").join(str(Role.Kind(kind).label) for kind in kinds)
    if held:
        return no(_("这一步要由这里的%(roles)s来做，您的身份管的是别处。") % {"roles": names})
    return no(_("这一步要由%(roles)s来做。") % {"roles": names})


def may_grant(by: Person, *, kind: str, scope_kind: str, scope_code: str) -> Verdict:
    """Tell whether `by` may give a role: the operator any, a host's administrator the roles of that host.

    Scopes that this room cannot place (divisions, funds, organisations) are judged by the room that knows them.
    """
    if by is None or (isinstance(by, User) and by.is_active and by.is_superuser):
        return YES
    if scope_kind != Role.Scope.HOST:
        return no(_("这个身份要由系统管理员来授予。"))
    return acts_as(by, Role.Kind.HOST_ADMIN, host=scope_code)


def may_end(by: Person, role: Role) -> Verdict:
    """Tell whether `by` may end a role; nobody ends their own, so that a host keeps someone who can undo it."""
    if isinstance(by, User) and by.pk == role.user_id and not by.is_superuser:
        return no(_("不能取消自己的身份，请另一位管理员来做。"))
    return may_grant(by, kind=role.kind, scope_kind=role.scope_kind, scope_code=role.scope_code)
