"""What finance fills in about pledges."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock, money
from apps.core.forms import AmountField, day_field, file_field
from apps.core.verdicts import Refused
from apps.donations import pledging, queries
from apps.donations.forms.inkind import TokenForm, funds_to_choose
from apps.donations.forms.shared import (
    GUARDIAN_ON_PAPER,
    consents_on_paper,
    guardian_field,
    under_14_field,
)
from apps.donations.models import Campaign, Donor
from apps.donations.pledging import Due, PledgeEnding, PledgeForm
from apps.donations.services import NewPledge
from apps.donations.states import Channel, NameChoice
from apps.funds.models import Fund, Host, Restriction

# How far apart equal instalments are, in months.
RHYTHMS = (
    ("1", gettext_lazy("每月")),
    ("3", gettext_lazy("每三个月")),
    ("6", gettext_lazy("每半年")),
    ("12", gettext_lazy("每年")),
)


class NewPledgeForm(TokenForm):
    """A pledge with what was promised for which day."""

    fund = forms.ModelChoiceField(
        label=gettext_lazy("基金"), queryset=Fund.objects.none(), to_field_name="code"
    )
    restriction = forms.ChoiceField(
        label=gettext_lazy("限定用途"),
        required=False,
        help_text=gettext_lazy("不选就是基金自己的用途。"),
    )
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("募捐活动"),
        queryset=Campaign.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("不属于哪个募捐活动"),
        help_text=gettext_lazy("在备案的募捐活动里答应的才选；到了的钱算这个活动募得的。"),
    )
    name = forms.CharField(label=gettext_lazy("认捐人姓名或单位全称"), max_length=200)
    is_organisation = forms.BooleanField(label=gettext_lazy("是单位"), required=False)
    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        help_text=gettext_lazy(
            "写电子邮箱，到期前会自动提醒；写手机号，到期发短信，不发短信的地方由财务打电话。"
        ),
        required=False,
        max_length=200,
    )
    amount = AmountField(label=gettext_lazy("一共认捐多少（元）"))
    pledged_on = day_field(gettext_lazy("认捐的日子"))
    form = forms.ChoiceField(
        label=gettext_lazy("怎么认捐的"),
        widget=forms.RadioSelect,
        choices=PledgeForm.choices,
        help_text=gettext_lazy(
            "公开承诺的，或者为扶贫、救灾等目的签了书面协议的，依法可以要求交付（慈善法第四十一条）。"
        ),
    )
    serves_relief = forms.BooleanField(
        label=gettext_lazy("用于扶贫济困，扶老、救孤、恤病、助残、优抚，或者救灾等突发事件"),
        help_text=gettext_lazy("慈善法第三条第一项至第三项。"),
        required=False,
    )
    first_on = day_field(gettext_lazy("第一期（或唯一一期）哪天付"), required=False)
    times = forms.IntegerField(
        label=gettext_lazy("分几期，每期一样多"),
        min_value=1,
        max_value=pledging.MOST_INSTALMENTS,
        initial=1,
        required=False,
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("每期隔多久"), choices=RHYTHMS, initial="12", required=False
    )
    plan = forms.CharField(
        label=gettext_lazy("每期不一样多时，逐期写"),
        help_text=gettext_lazy(
            "一行一期，先写日子再写金额，比如：2027-03-01 5000。写了这里，上面三项就不用填。"
        ),
        required=False,
        max_length=3000,
        widget=forms.Textarea({"rows": 4}),
    )
    name_choice = forms.ChoiceField(
        label=gettext_lazy("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    publish_name = forms.BooleanField(
        label=gettext_lazy("手上有捐赠人同意公开姓名的书面记录"),
        help_text=gettext_lazy("选“公开姓名”时必须有。"),
        required=False,
    )
    publish_amount = forms.BooleanField(
        label=gettext_lazy("手上有捐赠人同意公开认捐金额的书面记录"),
        help_text=gettext_lazy("没有的，公示时不写姓名也不写金额，只算进总数。"),
        required=False,
    )
    is_under_14 = under_14_field()
    guardian = guardian_field(GUARDIAN_ON_PAPER)
    note = forms.CharField(
        label=gettext_lazy("备注"),
        help_text=gettext_lazy("比如在哪次活动上认捐的；不公开。"),
        required=False,
        max_length=800,
    )

    def __init__(
        self, *args: Any, hosts: list[Host] | None = None, fund: Fund | None = None, **kwargs: Any
    ) -> None:
        """Offer the open funds of these hosts, or one fund alone."""
        super().__init__(*args, **kwargs)
        funds = funds_to_choose(hosts or [])
        if fund is not None:
            funds = Fund.objects.filter(pk=fund.pk).select_related("host")
            self.fields["fund"].initial = fund.code
            self.fields["fund"].widget = forms.HiddenInput()
        for name, rows in (("fund", funds), ("campaign", queries.open_campaigns(funds))):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        self.fields["pledged_on"].initial = clock.today()
        purposes = Restriction.objects.filter(fund__in=funds, is_general=False).select_related("fund")
        choices = [(row.code, f"{row.fund.name} · {row.purpose[:30]}") for row in purposes.order_by("code")]
        restriction = self.fields["restriction"]
        if isinstance(restriction, forms.ChoiceField):
            restriction.choices = [("", _("基金自己的用途")), *choices]

    def clean(self) -> dict[str, Any]:
        """Read the instalments: those written line by line, else equal ones."""
        facts = super().clean() or {}
        try:
            facts["dues"] = self._dues(facts)
        except Refused as refusal:
            self.add_error(refusal.field, str(refusal))
        return facts

    def _dues(self, facts: dict[str, Any]) -> list[Due]:
        if facts.get("plan"):
            return read_plan(facts["plan"])
        first, amount = facts.get("first_on"), facts.get("amount")
        if first is None:
            raise Refused(_("请写第一期哪天付，或者逐期写。"), "first_on" if "first_on" in facts else None)
        times, rhythm = facts.get("times") or 1, int(facts.get("rhythm") or 12)
        return pledging.equal_parts(amount, first=first, times=times, months=rhythm) if amount else []

    def pledge(self) -> NewPledge:
        """Return what was filled in."""
        facts = self.cleaned_data
        return NewPledge(
            fund=facts["fund"],
            restriction=facts["restriction"] or None,
            campaign=facts["campaign"],
            amount=facts["amount"],
            plan=tuple(facts["dues"]),
            form=facts["form"],
            serves_relief=facts["serves_relief"],
            pledged_on=facts["pledged_on"],
            token=facts["token"],
            name=facts["name"],
            contact=facts["contact"],
            kind=self.kind,
            name_choice=facts["name_choice"],
            is_under_14=facts["is_under_14"],
            consents=self.consents,
            note=facts["note"],
        )

    @property
    def consents(self) -> frozenset[str]:
        """What the donor agreed to on paper."""
        return consents_on_paper(self.cleaned_data)

    @property
    def kind(self) -> str:
        """Whether a person or an organisation pledged."""
        is_organisation = self.cleaned_data["is_organisation"]
        return (Donor.Kind.ORGANISATION if is_organisation else Donor.Kind.PERSON).value


def read_plan(text: str) -> list[Due]:
    """Return the instalments written one a line, `2027-03-01 5000`. Raises `Refused` naming the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace("，", " ").replace("　", " ").split(maxsplit=1)
        if not words:
            continue
        try:
            day = date.fromisoformat(words[0])
            amount = money.parse_amount(words[1] if len(words) > 1 else "")
        except (ValueError, Refused) as error:
            why = _("第 %(line)d 行看不懂，请按 2027-03-01 5000 这样写。") % {"line": number}
            raise Refused(why, "plan") from error
        found.append(Due(day, amount))
    return found


class ArrivalForm(TokenForm):
    """Money that came for a pledge."""

    amount = AmountField(label=gettext_lazy("到了多少（元）"))
    channel = forms.ChoiceField(
        label=gettext_lazy("怎么收的"),
        widget=forms.RadioSelect,
        choices=[
            (Channel.BANK.value, gettext_lazy("银行转账")),
            (Channel.CASH.value, gettext_lazy("现金")),
        ],
    )
    day = day_field(gettext_lazy("到账日期"))


class EndingForm(forms.Form):
    """Letting a pledge go."""

    why = forms.ChoiceField(
        label=gettext_lazy("为什么"), widget=forms.RadioSelect, choices=PledgeEnding.choices
    )
    reason = forms.CharField(
        label=gettext_lazy("写明情况"),
        help_text=gettext_lazy("依法不再履行的，这段话就是向社会公开的说明；不要写姓名电话。"),
        max_length=1500,
        widget=forms.Textarea({"rows": 3}),
    )
    reported_to = forms.CharField(
        label=gettext_lazy("向哪个民政部门报告的"),
        help_text=gettext_lazy("依法不再履行的必填：公开承诺地或者协议签订地的县级以上民政部门。"),
        required=False,
        max_length=200,
    )
    reported_on = day_field(gettext_lazy("报告的日子"), required=False)
    proof = file_field(gettext_lazy("报告等凭据"), required=False)
