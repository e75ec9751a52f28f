"""Fields that forms of every app share, and a verb's refusal shown in a form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from apps.core.money import parse_amount
from apps.core.verdicts import Refused

# The status of a page that shows a form with its faults.
INVALID = 422
# What is shorter fits into 64 bits.
LONGEST_KEY = 18
MOMENT = "%Y-%m-%dT%H:%M"
PICTURES, DOCUMENTS = "image/*", "application/pdf,image/*"


class AmountField(forms.CharField):
    """An amount in yuan as people write it, cleaned to fen; one that may be empty is then `empty`.

    With `zero_allowed`, `0` is an amount too.
    """

    def __init__(self, *, empty: int | None = 0, zero_allowed: bool = False, **options: Any) -> None:
        self.empty, self.zero_allowed = empty, zero_allowed
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=20, widget=forms.TextInput(attributes), **options)

    def clean(self, value: Any) -> int | None:
        """Return fen; the sentence of a wrong amount stands at this field."""
        text = super().clean(value)
        if not text:
            return self.empty
        if self.zero_allowed and text in {"0", "0.0", "0.00"}:
            return 0
        try:
            return parse_amount(text)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a calendar day."""
    invalid = {"invalid": _("请按 2026-11-21 这样写日期。")}
    return forms.DateField(label=label, widget=DayInput(), error_messages=invalid, **options)


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """Return a field for a day and a time, in local time."""
    return forms.DateTimeField(
        label=label,
        input_formats=[MOMENT],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("请写日期和时间，比如 2026-11-23 18:00。")},
        **options,
    )


def file_field(label: Any, *, accept: str = DOCUMENTS, **options: Any) -> forms.FileField:
    """Return a field for one file; the verb looks into it."""
    return forms.FileField(label=label, widget=forms.FileInput({"accept": accept}), **options)


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # it takes no argument at run time
    """Several rows, chosen by their keys. A key longer than any is no choice: the database would break on it."""

    def clean(self, value: Any) -> Any:
        """Return the chosen rows."""
        for key in value if isinstance(value, list | tuple) else ():
            if len(str(key)) > LONGEST_KEY:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": "…"}
                )
        return super().clean(value)


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once, from the camera, the album or the computer."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class ManyFilesField(forms.FileField):
    """Photographs, or documents as PDF or scanned pages; the verb looks at them and says what is wrong with one."""

    def __init__(self, *, accept: str = DOCUMENTS, **options: Any) -> None:
        super().__init__(widget=ManyFilesInput({"accept": accept, "multiple": True}), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were sent."""
        found = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Write a verb's refusal above the field it is about, or on top.

    A form whose fields are not called as the verb's arguments says which is meant by `field_of`. A refusal of the
    form's `key` says that something else was written under it before: the form goes on with a new one.
    """
    if refusal.field == "key" and "key" in form.fields:
        given = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict, or a dict in tests
        given[form.add_prefix("key")] = form.fields["key"].initial
        form.data = given
        form.add_error(None, str(refusal))
        return
    find = getattr(form, "field_of", None)
    name = find(refusal.field) if find else refusal.field
    form.add_error(name if name in form.fields else None, str(refusal))


def done(form: forms.BaseForm, verb: Callable[[], object]) -> bool:
    """Run the verb for a valid form and say whether it was done; a refusal becomes the form's error."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True
