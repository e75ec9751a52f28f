"""Fields that several forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a calendar day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("请按 2026-11-21 这样写日期。")},
        **options,
    )
