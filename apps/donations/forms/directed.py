"""Directed fundraising: the appeal, its audience, and what somebody who was asked fills in."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.forms import AmountField, day_field
from apps.core.money import written
from apps.donations.directed import Capacity
from apps.donations.forms.giving import GiveForm
from apps.donations.forms.inkind import TokenForm, funds_to_choose
from apps.donations.models import DirectedAppeal, Invitee
from apps.donations.roster import RosterLine
from apps.donations.states import Channel, NameChoice
from apps.funds.models import Host, Restriction

MOST_BYTES = 1_000_000
PLACES = ("utf-8-sig", "gb18030")


class PurposeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A purpose of one of the host's funds, called by the fund where it is the fund's general one."""

    def label_from_instance(self, obj: Restriction) -> str:
        return obj.fund.name if obj.is_general else f"{obj.fund.name} · {obj.purpose}"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of an audience, by name and capacity."""

    def label_from_instance(self, obj: Invitee) -> str:
        return f"{obj.name} · {obj.get_capacity_display()}"


class AppealForm(TokenForm):
    """What the people asked are told (Charity Law, article 29), and the register they are checked against."""

    name = forms.CharField(label=_("名称"), max_length=240)
    restriction = PurposeField(
        label=_("给哪个基金、哪个用途"), queryset=Restriction.objects.none(), to_field_name="code"
    )
    purpose = forms.CharField(label=_("募捐目的"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    use_of_money = forms.CharField(
        label=_("募得款物用途"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    use_plan = forms.CharField(label=_("使用计划"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    surplus = forms.CharField(label=_("剩下的钱怎么办"), max_length=800, widget=forms.Textarea({"rows": 2}))
    expected = AmountField(label=_("预期募集多少（元）"), empty=None, required=False)
    starts_on = day_field(_("开始日期"))
    ends_on = day_field(_("结束日期"))
    roster = forms.CharField(
        label=_("名单按哪份名册核对"),
        help_text=_("例如：理事会名册 2026 年 3 月版、会员名册。第二个人按它核对。"),
        max_length=200,
    )
    responsible = forms.CharField(label=_("负责人"), max_length=60)
    contact = forms.CharField(label=_("联系方式"), max_length=100)
    bank_account = forms.CharField(label=_("收款银行账户"), help_text=_("慈善会自己的账户。"), max_length=200)

    def __init__(self, *args: Any, host: Host, appeal: DirectedAppeal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["restriction"]
        if isinstance(field, forms.ModelChoiceField):
            rows = Restriction.objects.filter(fund__in=funds_to_choose([host])).select_related("fund")
            field.queryset = rows.order_by("fund__division_id", "fund__code", "-is_general", "code")
        if appeal is None:
            self.initial["contact"], self.initial["starts_on"] = host.contact, clock.today()
            return
        for name in self.fields:
            if name not in {"token", "restriction", "expected"}:
                self.initial[name] = getattr(appeal, name)
        self.initial["restriction"] = appeal.restriction
        self.initial["expected"] = written(appeal.expected) if appeal.expected else ""


class InviteForm(forms.Form):
    """One person of the audience."""

    name = forms.CharField(label=_("姓名或单位名称"), max_length=240)
    contact = forms.CharField(
        label=_("手机号或电子邮箱"), help_text=_("他自己的链接只发到那里。"), max_length=200
    )
    capacity = forms.ChoiceField(label=_("身份"), widget=forms.RadioSelect, choices=Capacity.choices)
    is_organisation = forms.BooleanField(label=_("是单位"), required=False)

    @property
    def line(self) -> RosterLine:
        """The person as the verb takes them."""
        return RosterLine(row=1, **self.cleaned_data)


class RosterForm(forms.Form):
    """The audience, pasted from a spreadsheet or as a CSV file."""

    lines = forms.CharField(
        label=_("名单"),
        required=False,
        help_text=_(
            "一行一人：姓名、联系方式、身份，单位的再写“单位”。从表格里复制，或者用逗号隔开。"
            "身份写发起人、理事（理事长、会长等）或会员。"
        ),
        widget=forms.Textarea({"rows": 8, "class": "code", "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("或者选一个 CSV 文件"), required=False)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two; a file becomes its text."""
        facts = super().clean() or {}
        upload = facts.get("file")
        if bool(facts.get("lines")) == bool(upload) and not self.errors:
            self.add_error("lines", _("请贴名单，或者选一个文件，两样只要一样。"))
        if upload:
            facts["lines"] = self._text_of(upload.read(MOST_BYTES + 1))
        return facts

    def _text_of(self, body: bytes) -> str:
        if len(body) > MOST_BYTES:
            self.add_error("file", _("文件太大了，请分几份。"))
            return ""
        for encoding in PLACES:
            try:
                text = body.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return text
        self.add_error("file", _("这不是文字的 CSV 文件，请在表格软件里另存为 CSV。"))
        return ""


class AnswerForm(GiveForm):
    """A gift in answer to an appeal: the name is known, so what is asked is that it is really them."""

    contact = forms.CharField(
        label=_("您收到邀请的手机号或电子邮箱"),
        help_text=_("用来确认是您本人；不公开。"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, offered=[], **kwargs)
        for name in ("restriction", "name", "is_organisation", "is_under_14", "guardian"):
            del self.fields[name]
        for name in ("dedication_to", "dedication_kind", "dedication"):
            del self.fields[name]

    @property
    def is_opened(self) -> bool:
        """Whether something in the folded part was filled in, or has to be mended."""
        return bool(self["message"].value() or self["message"].errors)


class ReceivedForm(TokenForm):
    """What finance took from somebody who was asked."""

    invitee = PersonField(label=_("谁捐的"), queryset=Invitee.objects.none(), to_field_name="code")
    channel = forms.ChoiceField(
        label=_("怎么收的"),
        widget=forms.RadioSelect,
        choices=[(Channel.BANK.value, _("银行转账")), (Channel.CASH.value, _("现金"))],
    )
    amount = AmountField(label=_("金额（元）"), required=True)
    again = AmountField(label=_("再写一遍金额"), required=True)
    day = day_field(_("到账日期"))
    handler = forms.CharField(
        label=_("谁收的现金"), help_text=_("收的是现金才写；空着就是您自己。"), required=False, max_length=240
    )
    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    publish_name = forms.BooleanField(
        label=_("手上有捐赠人同意公开姓名的书面记录"), help_text=_("选“公开姓名”时必须有。"), required=False
    )
    publish_amount = forms.BooleanField(label=_("手上有捐赠人同意公开金额的书面记录"), required=False)
    message = forms.CharField(label=_("留言"), required=False, max_length=400)

    def __init__(self, *args: Any, invitees: QuerySet[Invitee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invitee"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = invitees

    def clean(self) -> dict[str, Any]:
        """Both amounts must say the same."""
        facts = super().clean() or {}
        if facts.get("amount") and facts.get("again") and facts["amount"] != facts["again"]:
            self.add_error("again", _("两次写的金额不一样，请核对原始凭证。"))
        return facts

    @property
    def consents(self) -> frozenset[str]:
        """What there is a written consent to."""
        return frozenset(name for name in ("publish_name", "publish_amount") if self.cleaned_data[name])


class TellForm(TokenForm):
    """What those who gave are told; what came is taken from the books."""

    until = day_field(_("截止到哪一天"))
    used = AmountField(label=_("用出去多少（元）"), zero_allowed=True, required=True)
    used_for = forms.CharField(
        label=_("用在了什么上"),
        help_text=_("还没有用的，写打算什么时候用。"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
