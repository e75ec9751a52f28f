"""What people fill in about themselves and others."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.forms import day_field
from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.users.models import Role, User


class SignupForm(forms.Form):
    """What signing up asks for beside the e-mail and the password."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    field_order = ("email", "name", "password1", "password2")

    def clean_name(self) -> str:
        """Return the name without what does not belong into one."""
        try:
            return clean_text(self.cleaned_data["name"], field="name", limit=60)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name of the person who signed up."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class GrantRoleForm(forms.Form):
    """Give a person, known by e-mail, a role in one of the administrator's hosts."""

    email = forms.EmailField(label=_("电子邮箱"), help_text=_("这个人用它登录，可以不用密码。"))
    name = forms.CharField(label=_("姓名"), max_length=60)
    kind = forms.ChoiceField(
        label=_("身份"),
        widget=forms.RadioSelect,
        choices=[
            (kind.value, kind.label) for kind in (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, Role.Kind.AUDITOR)
        ],
    )
    valid_from = day_field(_("从哪一天起"))
    valid_until = day_field(
        _("到哪一天止"),
        required=False,
        help_text=_("当天仍有效。"),
    )
