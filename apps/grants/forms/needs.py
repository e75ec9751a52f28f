"""What an officer decides about a resident's need."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from apps.core.forms import day_field
from apps.grants.queries.matching import near
from apps.projects import rules
from apps.projects.models import Field, Need
from apps.registry.models import Organisation

# Chosen like any other outcome, so that none is chosen already.
WHY_NOT = "why_not"


class SortForm(forms.Form):
    """Which field, how urgent."""

    field = forms.ChoiceField(label=gettext_lazy("领域"), choices=Field.choices)
    urgency = forms.ChoiceField(
        label=gettext_lazy("有多急"),
        choices=[choice for choice in Need.Urgency.choices if choice[0]],
        widget=forms.RadioSelect,
    )


class NeedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Needs by their first words."""

    def label_from_instance(self, obj: Need) -> str:
        """Return the beginning of what was said."""
        return Truncator(obj.words).chars(40)


class MergeForm(forms.Form):
    """Which public need of the same community stays."""

    into = NeedChoice(
        Need.objects.none(),
        label=gettext_lazy("并到哪一条"),
        to_field_name="code",
        empty_label=gettext_lazy("请选留下的那条"),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Need.objects.filter(division=need.division_id, state=Need.State.PUBLISHED).exclude(
            pk=need.pk
        )
        self.fields["into"].queryset = others.order_by("-voiced_at", "-pk")  # type: ignore[attr-defined]


class OrganisationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Organisations by their names."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Return the name, and that it is a team of volunteers."""
        return f"{obj.name}（{obj.get_kind_display()}）"


class AsideForm(forms.Form):
    """Why a need is kept from the public."""

    reason = forms.CharField(
        label=gettext_lazy("为什么不公开"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("说的人凭回执码能看到；公开过的，公开页上也写着。不写姓名和住址。"),
    )


class AnswerNeedForm(forms.Form):
    """How it was met, or why it will not be; everyone reads it."""

    means = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=[*Need.Means.choices, (WHY_NOT, gettext_lazy("不办，原因写在下面"))],
        widget=forms.RadioSelect,
    )
    met_by = OrganisationChoice(
        Organisation.objects.none(),
        label=gettext_lazy("谁办的（服务、志愿队）"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("请选登记的组织或志愿队"),
    )
    volunteer = forms.CharField(
        label=gettext_lazy("没有组织的，是哪一名志愿者"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("姓名只写在这一栏，加密保存。本人不同意公开，大家看到的是“志愿者”。"),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("本人（未满 14 周岁的由监护人）同意公开姓名"), required=False
    )
    met_on = day_field(gettext_lazy("哪一天办的"), required=False)
    helpers = forms.IntegerField(
        label=gettext_lazy("几名志愿者"),
        required=False,
        min_value=1,
        max_value=rules.MAX_NEED_PERSONS,
        help_text=gettext_lazy("只有一名的可以不写。"),
    )
    answer = forms.CharField(
        label=gettext_lazy("公开答复"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "谁、什么时候、怎么解决的；或者为什么不办、可以找谁。不写居民和志愿者的姓名。"
        ),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["met_by"].queryset = near(need).order_by("name", "code")  # type: ignore[attr-defined]

    def clean_means(self) -> str:
        """Return by what it was met; empty where it was not."""
        means: str = self.cleaned_data["means"]
        return "" if means == WHY_NOT else means
