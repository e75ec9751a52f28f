"""What staff fill in about funds."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import day_field
from apps.divisions import queries as divisions
from apps.funds.models import Host
from apps.funds.states import FundKind


class PlaceField(forms.CharField):
    """One open division of a host's area, by its code or by a part of its name. The form sets `host`."""

    host: Host | None = None

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("所在的社区、街镇或区县"))
        options.setdefault("help_text", gettext_lazy("写区划代码，或者名称，比如“百步梯社区”。"))
        super().__init__(max_length=60, **options)

    def clean(self, value: Any) -> Any:
        """Return the division."""
        text = str(super().clean(value)).strip()
        if self.host is None:
            raise AssertionError("the form sets the host")
        inside = divisions.under(self.host.division_id).filter(closed_on=None)
        found = list(inside.filter(code=text) or inside.filter(name__contains=text)[:6])
        if not found:
            raise forms.ValidationError(
                _("%(host)s的区域里没有找到“%(text)s”。") % {"host": self.host, "text": text}
            )
        if len(found) > 1:
            names = _("、").join(f"{division.name} {division.code}" for division in found[:5])
            raise forms.ValidationError(_("叫这个名字的不止一处，请写代码：%(names)s。") % {"names": names})
        return found[0]


class OpenFundForm(forms.Form):
    """A new fund: what kind, where, called what, for what, under which agreement."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=FundKind.choices, widget=forms.RadioSelect)
    division = PlaceField()
    name = forms.CharField(
        label=gettext_lazy("基金名称"), help_text=gettext_lazy("用规范汉字，不带字母和数字。"), max_length=100
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途范围"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    agreement = forms.CharField(
        label=gettext_lazy("设立协议编号"),
        help_text=gettext_lazy("慈善会本部的基金不用填。"),
        required=False,
        max_length=60,
    )
    day = day_field(gettext_lazy("设立日期"))

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["division"]
        if isinstance(place, PlaceField):
            place.host = host


class ReasonForm(forms.Form):
    """Why a fund is suspended or resumed."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class RestrictionForm(forms.Form):
    """A narrower purpose for which donors may give."""

    purpose = forms.CharField(
        label=gettext_lazy("限定用途"), help_text=gettext_lazy("比如“楼道扶手”。"), max_length=200
    )
    until = day_field(gettext_lazy("用到哪一天为止"), required=False)
