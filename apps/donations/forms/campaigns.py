"""The filed fundraising plan, its papers and what is published about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import AmountField, DayInput, day_field, file_field
from apps.donations.models import Campaign
from apps.donations.services.campaigns import PLAN_FIELDS, REQUIRED, Why
from apps.donations.states import CampaignPaper, CampaignReportKind, PartnerKind
from apps.funds.models import Fund, Host

LONG = (
    *("purpose", "use_of_money", "beneficiary_method", "use_plan", "funding", "wages", "management_cost"),
    *("cost", "surplus", "partner_evaluation", "remarks"),
)


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """A filed fundraising plan in the order of the filing form; the verb judges the number and the days."""

    expected = AmountField(label=_("预期募集款物数额（元/年）"), required=True)
    reason = forms.CharField(
        label=_("为什么变更"),
        help_text=_("会和新旧版本一起公布。"),
        required=False,
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
    )
    decided_on = day_field(_("决定变更的日期"), required=False)
    change_filed_on = day_field(
        _("变更备案日期"),
        required=False,
        help_text=_("变更要在十日内备案。还没备案先空着，备案后回来补上。"),
    )

    class Meta:
        model = Campaign
        fields = (
            *("name", "filing_number", "filed_on", "is_emergency", "starts_on", "ends_on"),
            *("purpose", "use_of_money", "project", "methods", "area", "is_offsite", "platform"),
            *("beneficiaries", "beneficiary_number", "beneficiary_method", "expected", "use_plan", "funding"),
            *("wages", "management_cost", "cost", "surplus"),
            *("partner_kind", "partner_name", "partner_uscc", "partner_evaluation", "partner_agreement"),
            *("responsible", "contact", "bank_account", "remarks", "funds"),
        )
        labels = {"funds": _("只为这些基金募捐")}
        help_texts = {
            "filing_number": _(
                "18 位统一社会信用代码 + A + 5 位数字，照备案回执填。应对重大突发事件、还没备案的，先空着。"
            ),
            "filed_on": _("和备案编号一起填。"),
            "is_emergency": _(
                "可以先开始，开始后十日内补办备案（慈善法第七十三条）；最长一年，每 5 日公布一次收支。"
            ),
            "ends_on": _("最长三年，应对重大突发事件的最长一年。"),
            "beneficiaries": _("写明范围，不能是特定的某个人。"),
            "platform": _("民政部指定的互联网募捐信息平台的名称。"),
            "cost": _("尽量低，不能转给受益人承担。"),
            "surplus": _("用于相同或相近的项目，并向社会公布。"),
            "responsible": _("慈善组织的专职工作人员。"),
            "bank_account": _("慈善组织自己的账户。"),
            "partner_kind": _("没有合作方就不选，下面四项也不用填。"),
            "partner_agreement": _("协议编号和日期；协议和评估报告的扫描件存到下面的文件里。"),
            "funds": _("一个都不选，就是慈善会的所有基金。"),
        }
        widgets = {
            **{name: forms.Textarea({"rows": 3}) for name in LONG},
            **{name: DayInput() for name in ("filed_on", "starts_on", "ends_on")},
            "funds": forms.CheckboxSelectMultiple(attrs={"class": "choices-many"}),
        }

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED:
            self.fields[name].required = True
        partner = self.fields["partner_kind"]
        if isinstance(partner, forms.ChoiceField):
            partner.choices = [("", _("没有合作方")), *PartnerKind.choices]
        field = self.fields["funds"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            # By code: a number too large for a key would reach the database.
            field.to_field_name = "code"
            field.queryset = Fund.objects.filter(host=host).order_by("division_id", "code")
        if self.instance.pk is None:
            for name in ("reason", "decided_on", "change_filed_on"):
                del self.fields[name]
        elif self.instance.expected:
            self.initial["expected"] = f"{self.instance.expected // 100}.{self.instance.expected % 100:02d}"

    def _post_clean(self) -> None:
        """The verb writes the row, not the form."""

    @property
    def plan(self) -> dict[str, Any]:
        """The fields of the plan as the verb takes them."""
        return {name: self.cleaned_data[name] for name in PLAN_FIELDS}

    @property
    def why(self) -> Why:
        """What is said of a change."""
        facts = self.cleaned_data
        return Why(facts.get("reason", ""), facts.get("decided_on"), facts.get("change_filed_on"))


class PaperForm(forms.Form):
    """A paper of the filing."""

    kind = forms.ChoiceField(label=_("哪一种文件"), choices=CampaignPaper.choices)
    file = file_field(_("文件"), help_text=_("PDF，或者扫描、拍照的图片。只给工作人员看，不公开。"))


class CampaignReportForm(forms.Form):
    """What is published of a campaign; received comes out of the books."""

    report_kind = forms.ChoiceField(label=_("公布哪一种"), choices=CampaignReportKind.choices)
    until = day_field(_("截止到哪一天"))
    used = AmountField(label=_("用出去多少（元）"), zero_allowed=True, required=True)
    used_for = forms.CharField(label=_("用在了什么上"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    unused_plan = forms.CharField(
        label=_("没用完的怎么用"),
        help_text=_("结束后公布、还有没用完的钱时必填。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    partner_review = forms.CharField(
        label=_("对合作方的评估和监督"),
        help_text=_("有合作方的募捐，结束后公布时必填。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )

    def field_of(self, argument: str) -> str:
        """Return the field that stands for a verb's argument."""
        return "report_kind" if argument == "kind" else argument
