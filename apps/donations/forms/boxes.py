"""What finance fills in about donation boxes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations.forms.inkind import TokenForm, day_field, funds_to_choose, money_field
from apps.donations.forms.shared import (
    CampaignField,
    PurposeField,
    offer_campaigns,
    offer_purposes,
    read_amount,
    wish_field,
)
from apps.donations.models import CollectionBox
from apps.funds.models import Fund, Host

# What a piece is worth in fen, and what it is called.
PIECES = (
    (100_00, _("100 元")),
    (50_00, _("50 元")),
    (20_00, _("20 元")),
    (10_00, _("10 元")),
    (5_00, _("5 元")),
    (1_00, _("1 元")),
    (50, _("5 角")),
    (10, _("1 角")),
)
MOST_PIECES = 100_000


class BoxForm(forms.Form):
    """Where a box stands and for which fund."""

    fund = forms.ModelChoiceField(label=_("基金"), queryset=Fund.objects.none())
    place = forms.CharField(label=_("放在哪里"), max_length=240)

    def __init__(self, *args: Any, hosts: list[Host], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = funds_to_choose(hosts)


class CountForm(TokenForm):
    """What was in a box, all together and, if they were counted, by pieces."""

    day = day_field(_("开箱日期"))
    total = money_field(_("一共多少钱（元）"))
    campaign = CampaignField(
        help_text=_("照募捐箱上写的选；开箱那天要在活动的期限里，所以最后一天就要开箱。")
    )

    restriction = PurposeField()
    wish = wish_field()

    def __init__(self, *args: Any, box: CollectionBox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_campaigns(self, [box.host])
        offer_purposes(self, [box.fund])
        last = box.counts.order_by("-opened_on", "-pk").first()
        if last is not None:
            # What stands on the box stays until somebody says otherwise.
            self.fields["campaign"].initial = last.campaign.code if last.campaign else None
            self.fields["restriction"].initial, self.fields["wish"].initial = last.restriction, last.wish
        for worth, words in PIECES:
            self.fields[f"pieces_{worth}"] = forms.IntegerField(
                label=words, required=False, min_value=0, max_value=MOST_PIECES
            )

    def clean(self) -> dict[str, Any]:
        """Read the total."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "total") if "total" in facts else None
        return facts

    @property
    def denominations(self) -> dict[int, int]:
        """How many pieces of which worth were counted."""
        return {worth: self.cleaned_data.get(f"pieces_{worth}") or 0 for worth, _words in PIECES}


class SignForm(forms.Form):
    """What the second person counted."""

    total = money_field(_("您数出来一共多少钱（元）"))

    def clean(self) -> dict[str, Any]:
        """Read the total."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "total") if "total" in facts else None
        return facts
