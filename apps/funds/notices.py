"""What people are told about approvals: whose turn it is, and what became of what they asked."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import outbox
from apps.core.templatetags.figures import moment
from apps.funds import queries
from apps.funds.models import Approval, ApprovalStep
from apps.users.models import User


def approval_turn(approval: Approval, step: ApprovalStep) -> None:
    """Tell those who may decide the step that its turn has come, and until when."""
    people = queries.holders(role_kind=step.role_kind, scope_kind=step.scope_kind, scope_code=step.scope_code)
    aside = {approval.opened_by_id, approval.submitted_by_id, *queries.parties_to(approval)}
    with translation.override(settings.LANGUAGE_CODE):
        facts = _facts(approval) | {"step": step.label, "due": moment(step.due_at)}
        until = _("请在 %(due)s 前办理。") % facts if step.due_at else ""
        outbox.say_all(
            [
                outbox.Letter(
                    f"funds.approval_turn:{step.pk}:{person.pk}",
                    person.email,
                    _("请办理：%(title)s") % facts,
                    _("轮到您这一级：%(step)s。\n\n%(title)s\n") % facts + f"{until}\n{facts['page']}\n",
                )
                for person in people
                if person.pk not in aside
            ]
        )


def approval_decided(approval: Approval) -> None:
    """Tell who asked what became of it."""
    asked = {key for key in (approval.opened_by_id, approval.submitted_by_id) if key is not None}
    with translation.override(settings.LANGUAGE_CODE):
        facts = _facts(approval)
        outbox.say_all(
            [
                outbox.Letter(
                    f"funds.approval_decided:{approval.code}:{approval.round}:{person.pk}",
                    person.email,
                    _("%(state)s：%(title)s") % facts,
                    _("%(title)s：%(state)s。各级的意见在这里：\n%(page)s\n") % facts,
                )
                for person in User.objects.filter(pk__in=asked)
            ]
        )


def _facts(approval: Approval) -> dict[str, str]:
    return {
        "title": approval.title,
        "state": str(approval.get_state_display()),
        "page": settings.SITE_URL + reverse("funds:approval", args=[approval.code]),
    }
