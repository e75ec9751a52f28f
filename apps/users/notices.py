"""What people are told about their roles."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import outbox
from apps.users.models import Role


def role_granted(role: Role) -> None:
    """Tell a person which role they were given and where to sign in, in the site's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            "name": role.user.name,
            "role": role.get_kind_display(),
            "day": role.valid_from.isoformat(),
            "address": settings.SITE_URL + reverse("account_login"),
        }
        outbox.say(
            f"users.role_granted:{role.pk}",
            to=role.user.email,
            subject=_("您有了新的身份：%(role)s") % facts,
            body=_(
                "%(name)s，您好：\n\n从 %(day)s 起，您可以作为%(role)s办理事务。\n"
                "请在这里用这个邮箱登录（不用密码，可以用邮件里的验证码）：\n%(address)s\n"
            )
            % facts,
        )
