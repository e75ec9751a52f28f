"""What staff fill in about organisations and their people."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import day_field
from apps.divisions import queries as divisions
from apps.divisions.models import Division
from apps.divisions.rules import is_code
from apps.registry.models import Organisation

MAX_HITS = 6


def find_division(text: str) -> Division:
    """Return the open division that a person wrote, as a code or a name. Raises ValidationError with what to do."""
    text = text.strip()
    if is_code(text):
        found = list(Division.objects.filter(pk=text, closed_on=None))
    else:
        found = divisions.search(text, limit=MAX_HITS)
        exact = [row for row in found if row.name == text]
        found = exact if len(exact) == 1 else found
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(_("没有找到这个地方，请写社区、街镇或区县的全名，或者区划代码。"))
    named = divisions.path_names(found).items()
    places = _("；").join(_("%(name)s（%(code)s）") % {"name": name, "code": code} for code, name in named)
    raise forms.ValidationError(_("同名的不止一个，请写其中一个的代码：%(places)s。") % {"places": places})


class OrganisationForm(forms.Form):
    """Register an organisation."""

    host = forms.ChoiceField(label=gettext_lazy("由哪家慈善会登记"))
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=100, help_text=gettext_lazy("与登记证书一致的全称。")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"), widget=forms.RadioSelect, choices=Organisation.Kind.choices
    )
    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("18 位。只有居（村）民委员会和志愿服务队可以没有。"),
    )
    division = forms.CharField(
        label=gettext_lazy("所在地"),
        max_length=60,
        help_text=gettext_lazy("写名字，比如“綦江 古南街道”，或者区划代码。"),
    )
    head = forms.CharField(label=gettext_lazy("负责人"), max_length=60)
    payee_account = forms.CharField(
        label=gettext_lazy("收款账号"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("加密保存，只有财务能看到。"),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    payee_holder = forms.CharField(
        label=gettext_lazy("户名"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("要和上面登记的名称一样。"),
    )
    payee_bank = forms.CharField(label=gettext_lazy("开户行"), max_length=100, required=False)

    def __init__(self, *args: Any, hosts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["host"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(code, code) for code in hosts]
        if len(hosts) == 1:
            field.initial, field.widget = hosts[0], forms.HiddenInput()

    def clean_division(self) -> Division:
        """Return the division that was meant."""
        return find_division(self.cleaned_data["division"])


class ImplementerForm(forms.Form):
    """Let a person act for an organisation."""

    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"), help_text=gettext_lazy("这个人用它登录，可以不用密码。")
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    valid_until = day_field(
        gettext_lazy("到哪一天止"),
        required=False,
        help_text=gettext_lazy("当天仍有效。"),
    )


class PayeeForm(forms.Form):
    """Change where money for an organisation is paid to."""

    payee_account = forms.CharField(
        label=gettext_lazy("新的收款账号"),
        max_length=60,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    payee_bank = forms.CharField(label=gettext_lazy("开户行"), max_length=100)
    payee_holder = forms.CharField(
        label=gettext_lazy("户名"), max_length=100, help_text=gettext_lazy("要和登记的名称一样。")
    )


class CheckForm(forms.Form):
    """Type an account once more, from the bank's paper."""

    payee_account = forms.CharField(
        label=gettext_lazy("照开户证明再输一遍账号"),
        max_length=60,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
