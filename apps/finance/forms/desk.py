"""What finance fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.core.forms import day_field, file_field
from apps.donations.forms.shared import (
    CampaignField,
    PurposeField,
    offer_campaigns,
    offer_purposes,
    wish_field,
)
from apps.finance.models import ExportRun
from apps.finance.rules.encoding import CHOICES
from apps.funds.models import Fund, Host

ENCODINGS = [("", _("自动识别")), *((name, name.upper()) for name in CHOICES)]


class UploadForm(forms.Form):
    """A bank statement."""

    file = file_field(
        _("流水文件"),
        help_text=_("从网银导出的 CSV、XLSX 或 XLS，5 MB 以内。先给您看，确认了才导入。"),
        accept=".csv,.txt,.xlsx,.xls",
        allow_empty_file=True,
        error_messages={"required": _("请选一个文件。")},
    )


class EncodingForm(forms.Form):
    """Overruling the guess of a file's encoding."""

    encoding = forms.ChoiceField(label=_("编码"), choices=ENCODINGS, required=False)


class GiftForm(forms.Form):
    """An unannounced gift that a bank line brought."""

    fund = forms.ModelChoiceField(
        label=_("捐给哪个基金"),
        queryset=Fund.objects.none(),
        to_field_name="code",
        error_messages={"invalid_choice": _("请选本会的基金。"), "required": _("请选一个基金。")},
    )
    campaign = CampaignField()
    restriction = PurposeField()
    wish = wish_field()
    name = forms.CharField(
        label=_("捐赠人姓名"),
        help_text=_("只给慈善会自己看，公示时写“爱心居民”。"),
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (declared so above)
        field.queryset = Fund.objects.filter(host=host, state=Fund.State.OPEN).order_by("name")
        offer_purposes(self, field.queryset)
        offer_campaigns(self, [host])


class ExportForm(forms.Form):
    """What to take out."""

    kind = forms.ChoiceField(label=_("导出什么"), choices=ExportRun.Kind.choices, widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("格式"), choices=ExportRun.Format.choices, widget=forms.RadioSelect)
    first_day = day_field(_("从"))
    last_day = day_field(_("到（含）"))
    fund = forms.ChoiceField(label=pgettext_lazy("one", "基金"), required=False)

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["first_day"].initial = today.replace(day=1)
        self.fields["last_day"].initial = today
        field = self.fields["fund"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared so above)
        funds = Fund.objects.filter(host=host).order_by("name").values_list("code", "name")
        field.choices = [("", _("全部基金")), *funds]
