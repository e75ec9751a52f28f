"""What committee members and officers fill in. Nothing is preselected."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import PICTURES, file_field, moment_field
from apps.funds.models import Fund, Restriction
from apps.governance.models import Ballot, Motion, Seat, Tie
from apps.governance.services import Given
from apps.registry.models import Organisation

TIED, UNTIED = "tied", "none"
MARKS = {Ballot.Choice.YES: "✓", Ballot.Choice.NO: "✗", Ballot.Choice.ABSTAIN: "○"}
# By which ways another person records a ballot.
RECORDED = (Ballot.Channel.PAPER, Ballot.Channel.HAND, Ballot.Channel.PHONE)


def _choices() -> list[tuple[str, Any]]:
    notes: dict[str, str | Promise] = {Ballot.Choice.ABSTAIN: _("算到会，不算赞成")}
    return [
        (
            choice.value,
            format_html("{} {}<small>{}</small>", MARKS[choice], choice.label, notes.get(choice, "")),
        )
        for choice in Ballot.Choice
    ]


class BallotForm(forms.Form):
    """A member's answer: no tie and a choice, or a tie and stepping aside."""

    subject_hash = forms.CharField(widget=forms.HiddenInput)
    tie = forms.ChoiceField(
        label=gettext_lazy("您和这件事有关系吗"),
        help_text=gettext_lazy("家里人、单位、合伙人在里面的，要回避。"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请先说有没有关系。")},
    )
    choice = forms.ChoiceField(
        label=gettext_lazy("您的一票"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选赞成、反对或弃权。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("结果公布时一起公开；回避的理由不公开。"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_secret: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_secret:
            # Words may be recognised: a secret ballot carries none.
            del self.fields["reason"]
        self.fields["tie"].choices = [  # type: ignore[attr-defined]
            (UNTIED, _("没有关系")),
            (TIED, format_html("{}<small>{}</small>", _("有，我回避"), _("结果页只写明回避，不写为什么"))),
        ]
        self.fields["choice"].choices = _choices()  # type: ignore[attr-defined]

    @property
    def steps_aside(self) -> bool:
        """Whether the member answered that they have a tie."""
        return self.cleaned_data.get("tie") == TIED

    def clean(self) -> dict[str, Any]:
        """No choice is asked of a member who steps aside."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.steps_aside:
            self.errors.pop("choice", None)
        return cleaned


class RecordingForm(forms.Form):
    """The answers given at a meeting: one row per member on the roll, one witness for all."""

    subject_hash = forms.CharField(widget=forms.HiddenInput)
    witness = forms.ModelChoiceField(
        Seat.objects.none(),
        label=gettext_lazy("见证人"),
        help_text=gettext_lazy(
            "请选当时在场的另一位管委会成员，监督员也可以。不能选您自己，也不能选这次登记了票的人。"
        ),
        error_messages={"required": gettext_lazy("请选一位见证人。")},
    )

    def __init__(self, *args: Any, motion: Motion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = [
            entry.seat for entry in motion.roll.select_related("seat__user").order_by("seat__office", "pk")
        ]
        held = motion.committee.seats.filter(ended_at=None).select_related("user").order_by("office", "pk")
        self.fields["witness"].queryset = held  # type: ignore[attr-defined]
        for seat in self.seats:
            self.fields[f"choice_{seat.pk}"] = forms.ChoiceField(
                label=_("%(name)s投了什么") % {"name": seat.user.name},
                choices=[*Ballot.Choice.choices, ("", _("不登记"))],
                required=False,
                widget=forms.RadioSelect(attrs={"class": "choices-row choices-four"}),
            )
            self.fields[f"channel_{seat.pk}"] = forms.ChoiceField(
                label=_("%(name)s怎么投的") % {"name": seat.user.name},
                choices=[(Ballot.Channel.HAND, Ballot.Channel.HAND.label)]
                + [(row.value, row.label) for row in RECORDED if row != Ballot.Channel.HAND],
            )

    @property
    def rows(self) -> list[tuple[Seat, forms.BoundField, forms.BoundField]]:
        """Each member with the fields of their answer."""
        return [(seat, self[f"choice_{seat.pk}"], self[f"channel_{seat.pk}"]) for seat in self.seats]

    def answers(self) -> list[Given]:
        """Return the rows that were filled in."""
        given = self.cleaned_data
        return [
            Given(seat, given[f"choice_{seat.pk}"], given[f"channel_{seat.pk}"])
            for seat in self.seats
            if given[f"choice_{seat.pk}"]
        ]


class SheetForm(forms.Form):
    """The photographed or scanned sheet of the ballots of one channel."""

    channel = forms.ChoiceField(
        label=gettext_lazy("哪一种票的原件"),
        choices=[(row.value, row.label) for row in RECORDED],
        widget=forms.RadioSelect,
    )
    picture = file_field(
        gettext_lazy("照片或扫描件"),
        help_text=gettext_lazy("JPG、PNG 或 WebP；照片里的拍摄地点等信息会去掉。"),
        accept=PICTURES,
        error_messages={
            "required": gettext_lazy("请选一张照片。"),
            "empty": gettext_lazy("图片要在 15 MB 以内，也不能是空文件。"),
        },
    )
    for_all = forms.BooleanField(
        label=gettext_lazy("截止后可以给所有人看"),
        help_text=gettext_lazy(
            "上面没有签名、电话、住址这些个人信息才能勾；不勾，就只有管委会和慈善会看得到。"
        ),
        required=False,
    )


class OpeningForm(forms.Form):
    """Until when a vote is open, in local time."""

    closes_at = moment_field(gettext_lazy("截止时间"))


class TieForm(forms.Form):
    """A relation to an organisation, or a gift to a purpose, that a member declares."""

    kind = forms.ChoiceField(
        label=gettext_lazy("什么关系"), choices=Tie.Kind.choices, widget=forms.RadioSelect
    )
    organisation = forms.ChoiceField(
        label=gettext_lazy("和哪一个组织"), help_text=gettext_lazy("亲属、受雇、任职要选。"), required=False
    )
    restriction = forms.ChoiceField(
        label=gettext_lazy("捐给了哪一项用途"),
        help_text=gettext_lazy("捐赠要选。您捐的这笔钱怎么花，您回避。"),
        required=False,
    )

    def __init__(self, *args: Any, funds: list[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = [fund.host.code for fund in funds]
        found = (
            Organisation.objects.filter(host__in=[*hosts, ""]).order_by("name").values_list("code", "name")
        )
        purposes = Restriction.objects.filter(fund__in=funds, is_general=False).order_by("code")
        nothing = ("", _("请选择"))
        self.fields["organisation"].choices = [nothing, *found]  # type: ignore[attr-defined]
        self.fields["restriction"].choices = [  # type: ignore[attr-defined]
            nothing,
            *purposes.values_list("code", "purpose"),
        ]

    def clean(self) -> dict[str, Any]:
        """A donor names the purpose, everybody else the organisation."""
        cleaned: dict[str, Any] = super().clean() or {}
        field = "restriction" if cleaned.get("kind") == Tie.Kind.DONOR else "organisation"
        if cleaned.get("kind") and field not in self.errors and not cleaned.get(field):
            self.add_error(field, _("请在这里选一项。"))
        return cleaned
