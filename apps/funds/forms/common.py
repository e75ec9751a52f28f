"""Fields that several forms share."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a calendar day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("请按 2026-11-21 这样写日期。")},
        **options,
    )


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once, from the camera, the album or the computer."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class DocumentsField(forms.FileField):
    """A document as a PDF or as scanned pages; the verb looks at them and says what is wrong with one."""

    def __init__(self, **options: Any) -> None:
        accept = {"accept": "application/pdf,image/*", "multiple": True}
        super().__init__(widget=ManyFilesInput(attrs=accept), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        found = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found
