"""A list of gifts: what is declared first, and the list itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations.forms.inkind import TokenForm, day_field, funds_to_choose, money_field
from apps.donations.forms.shared import CampaignField, offer_campaigns, read_amount
from apps.donations.states import BatchKind, Channel
from apps.funds.models import Fund, Host


class DeclareForm(TokenForm):
    """How many gifts and how much, counted before the list is typed."""

    kind = forms.ChoiceField(label=_("是什么名单"), widget=forms.RadioSelect, choices=BatchKind.choices)
    name = forms.CharField(label=_("活动或单位的名称"), max_length=200)
    fund = forms.ModelChoiceField(label=_("基金"), queryset=Fund.objects.none())
    channel = forms.ChoiceField(
        label=_("怎么收的"),
        widget=forms.RadioSelect,
        choices=[(Channel.CASH.value, _("现金")), (Channel.BANK.value, _("银行转账"))],
    )
    day = day_field(_("收到日期"))
    campaign = CampaignField()
    count = forms.IntegerField(
        label=_("一共多少笔"), min_value=1, max_value=2_000, help_text=_("先数好再录，录完要对得上。")
    )
    total = money_field(_("一共多少钱（元）"), help_text=_("现场数出来的现金，或者单位转来的那一笔。"))

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = funds_to_choose([host])
        offer_campaigns(self, [host])

    def clean(self) -> dict[str, Any]:
        """Read the total."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "total") if "total" in facts else None
        return facts


class ListForm(forms.Form):
    """The list, pasted from a spreadsheet or as a file."""

    lines = forms.CharField(
        label=_("名单"),
        required=False,
        help_text=_(
            "从表格里复制，连列名一起贴：姓名、金额、公示、公示金额、联系方式、类型、留言、用途、献给谁、公开献给谁、监护人同意。"
            "公示写“匿名”“只公开姓”或“同意公开姓名”；公示金额写“同意公开金额”，空着就不公开这一笔的金额。"
            "用途写这支基金的用途原文，或者用途、项目、需求的编号，空着就由管委会安排。"
            "献给谁写名字，或者写“以某某的名义”。监护人同意只给不满 14 岁的孩子写“同意”，手上要有书面同意。"
        ),
        widget=forms.Textarea({"rows": 14, "class": "code", "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("或者选一个文件（CSV、XLSX、XLS）"), required=False)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        facts = super().clean() or {}
        if bool(facts.get("lines")) == bool(facts.get("file")) and not self.errors:
            self.add_error("lines", _("请贴名单，或者选一个文件，两样只要一样。"))
        return facts
