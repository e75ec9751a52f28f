"""The links of a person's roles, for the menu of the workbench."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from apps.desk.queries.menu import standing_of
from apps.users.models import Role, User


@dataclass(frozen=True)
class Link:
    """One entry of the menu."""

    label: str
    url: str
    is_current: bool


def desk_links(request: HttpRequest) -> dict[str, Any]:
    """`desk_links`: read only when a page of the workbench draws its menu."""
    return {"desk_links": SimpleLazyObject(lambda: links_for(request))}


# Pages whose way up is the list of gifts.
WITH_GIFTS = ("donations:boxes", "donations:goods", "donations:campaigns", "donations:appeals")


def links_for(request: HttpRequest) -> list[Link]:
    """Return where a person's roles and seats lead, the desk first."""
    user = request.user
    if not isinstance(user, User):
        return []
    standing = standing_of(user)
    kinds = standing.kinds
    pairs = [(_("待办"), reverse("desk:mine")), (_notices_label(standing.unread), reverse("desk:notices"))]
    bench = _bench(standing.funds)
    pairs += [(_("管委会"), bench)] if bench else []
    if standing.runs_a_fund or kinds & {Role.Kind.FINANCE, Role.Kind.HOST_ADMIN}:
        pairs.append((_("资助"), reverse("grants:board")))
    if kinds & {Role.Kind.FINANCE, Role.Kind.AUDITOR}:
        pairs.append((_("财务"), reverse("finance:home")))
    if kinds & {Role.Kind.FINANCE, Role.Kind.HOST_ADMIN, Role.Kind.AUDITOR}:
        pairs.append((_("捐赠"), reverse("donations:gifts")))
    if kinds & {Role.Kind.HOST_ADMIN, Role.Kind.TOWN_COORDINATOR}:
        pairs.append((_("基金"), reverse("funds:list")))
        pairs.append((_("审批"), reverse("funds:approvals")))
    if Role.Kind.IMPLEMENTER in kinds:
        pairs.append((_("我们的项目"), reverse("projects:mine")))
    if kinds & {Role.Kind.AUDITOR, Role.Kind.HOST_ADMIN}:
        pairs.append((_("审计"), reverse("desk:audit")))
    if not kinds and not standing.funds:
        pairs.append((_("我的捐赠"), reverse("desk:gifts")))
    benches = {reverse("governance:committee", args=[code]) for code in standing.funds}
    # With several committees the menu leads to the list of them, which stands for each bench.
    path = bench if any(request.path.startswith(url) for url in benches) else request.path
    if any(path.startswith(reverse(page)) for page in WITH_GIFTS):
        path = reverse("donations:gifts")
    here = max((url for _label, url in pairs if path.startswith(url)), key=len, default="")
    return [Link(label, url, url == here) for label, url in pairs]


def _bench(funds: Sequence[str]) -> str:
    """Return where a person's committees are: the only one's bench, or the list of their seats."""
    if not funds:
        return ""
    if len(funds) == 1:
        return reverse("governance:committee", args=[funds[0]])
    return reverse("governance:my_seats")


def _notices_label(count: int) -> str:
    return _("通知 %(count)d") % {"count": count} if count else _("通知")
