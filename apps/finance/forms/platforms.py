"""What finance fills in to bring in a platform's orders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import file_field
from apps.donations.models import Campaign
from apps.finance.forms.desk import ENCODINGS
from apps.finance.models import PlatformFile
from apps.finance.queries import campaigns_on
from apps.finance.rules.platform_titles import FIELDS, NEEDED, PLATFORMS
from apps.funds.models import Fund, Host


class PlatformUploadForm(forms.Form):
    """A platform and the file that was taken out of it."""

    platform = forms.ChoiceField(
        label=_("哪个平台"),
        choices=[(one.code, one.name) for one in PLATFORMS.values()],
        widget=forms.RadioSelect,
    )
    file = file_field(
        _("订单文件"),
        help_text=_("从平台后台导出的 CSV（40 MB 以内）或 XLSX（5 MB 以内）。先给您看，确认了才入账。"),
        accept=".csv,.txt,.xlsx,.xls",
        allow_empty_file=True,
        error_messages={"required": _("请选一个文件。")},
    )


class PlatformReadingForm(forms.Form):
    """How a file is read: for which fund and campaign, in which encoding, under which titles."""

    fund = forms.ModelChoiceField(
        label=_("没写基金的行捐给"),
        queryset=Fund.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("不选：没写基金的行不入账"),
    )
    campaign = forms.ModelChoiceField(
        label=_("属于哪个募捐活动"),
        queryset=Campaign.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("没有对应的募捐活动"),
    )
    encoding = forms.ChoiceField(label=_("编码"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, host: Host, file: PlatformFile, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "fund": file.fund.code if file.fund else None,
            "campaign": file.campaign.code if file.campaign else None,
            "encoding": file.encoding,
            **{f"column_{field}": title for field, title in file.columns.items()},
        }
        super().__init__(*args, **kwargs)
        fund, campaign = self.fields["fund"], self.fields["campaign"]
        if isinstance(fund, forms.ModelChoiceField) and isinstance(campaign, forms.ModelChoiceField):
            fund.queryset = Fund.objects.filter(host=host, state=Fund.State.OPEN).order_by("name")
            campaign.queryset = Campaign.objects.filter(host=host)
            campaign.choices = [
                ("", campaign.empty_label),
                *((row.code, row.name) for row in campaigns_on(host, file.platform)),
            ]
        titles = [(title, title) for title in dict.fromkeys(file.titles) if title]
        for field, label in FIELDS.items():
            words = _("照模板认") if field in NEEDED else _("照模板认，没有就不读")
            self.fields[f"column_{field}"] = forms.ChoiceField(
                label=str(label), choices=[("", words), *titles], required=False
            )

    @property
    def head(self) -> list[forms.BoundField]:
        """What concerns the whole file."""
        return [self[name] for name in ("fund", "campaign", "encoding")]

    @property
    def titles(self) -> list[forms.BoundField]:
        """The columns."""
        return [self[f"column_{field}"] for field in FIELDS]

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        given = self.cleaned_data
        columns = {field: given[f"column_{field}"] for field in FIELDS if given.get(f"column_{field}")}
        return {name: given[name] for name in ("fund", "campaign", "encoding")} | {"columns": columns}
