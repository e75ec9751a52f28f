"""What a person says about their own letters."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.quiet import Wishes


class _TimeInput(forms.TimeInput):
    input_type = "time"


def _minute(value: time | None) -> int | None:
    return None if value is None else value.hour * 60 + value.minute


def _time(minute: int | None) -> time | None:
    return None if minute is None else time(minute // 60, minute % 60)


class WishForm(forms.Form):
    """Quiet hours, and whether the day's letters come in one."""

    quiet_from = forms.TimeField(
        label=gettext_lazy("安静时间从"), required=False, widget=_TimeInput(format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("到"),
        required=False,
        widget=_TimeInput(format="%H:%M"),
        help_text=gettext_lazy("可以过半夜，比如 22:00 到 07:00。空着就是不设。"),
    )
    daily = forms.BooleanField(
        label=gettext_lazy("每天只发一封，把当天的通知放在一起"),
        required=False,
        help_text=gettext_lazy("等不到那时候就截止的，还是会先单独发。"),
    )
    summary_at = forms.TimeField(
        label=gettext_lazy("几点发这一封"), required=False, widget=_TimeInput(format="%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends, a daily letter has its hour."""
        values = super().clean() or self.cleaned_data
        if "quiet_from" in values and "quiet_until" in values:
            start, end = values["quiet_from"], values["quiet_until"]
            if (start is None) != (end is None):
                missing = "quiet_from" if start is None else "quiet_until"
                self.add_error(missing, _("从几点到几点，两个都写或都不写。"))
        if values.get("daily") and "summary_at" in values and values["summary_at"] is None:
            self.add_error("summary_at", _("请写几点发。"))
        return values

    def wishes(self) -> Wishes:
        """What was filled in."""
        values = self.cleaned_data
        summary = _minute(values["summary_at"]) if values["daily"] else None
        return Wishes(_minute(values["quiet_from"]), _minute(values["quiet_until"]), summary)


def filled(wishes: Wishes) -> dict[str, Any]:
    """Return the wishes in force as the form's initial values."""
    return {
        "quiet_from": _time(wishes.quiet_from),
        "quiet_until": _time(wishes.quiet_until),
        "daily": wishes.summary_at is not None,
        "summary_at": _time(wishes.summary_at),
    }
