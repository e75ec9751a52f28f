"""What a donor fills in to see and to change what is theirs."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    """The contact that was left with a gift."""

    contact = forms.CharField(
        label=_("手机号或电子邮箱"),
        help_text=_("捐款时留的那个。验证码发到这里。"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "username", "inputmode": "email"}),
    )


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("6 位验证码"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class EraseForm(forms.Form):
    """The second question before everything personal is destroyed."""

    sure = forms.BooleanField(label=_("我明白删除以后不能恢复，也不能再用这个手机号或邮箱查这些捐款"))


class EraseGiftForm(forms.Form):
    """The second question before what is known of who gave one gift is destroyed."""

    sure = forms.BooleanField(label=_("我明白删除以后不能恢复，这一页也打不开了"))
