"""A slip of cash paid into the bank."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations.forms.inkind import TokenForm, day_field, money_field
from apps.donations.forms.shared import read_amount


class DepositForm(TokenForm):
    """What the bank's slip says. Which gifts it holds is ticked beside it."""

    day = day_field(_("存款日期"))
    total = money_field(_("回单上的金额（元）"))
    slip = forms.CharField(label=_("回单编号"), max_length=160)
    handler = forms.CharField(label=_("谁去存的"), max_length=240)

    def clean(self) -> dict[str, Any]:
        """Read the total."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "total") if "total" in facts else None
        return facts
