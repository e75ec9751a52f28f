"""What is filled in around a vote: the study's minutes, meetings, who came, the minutes' remarks."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from apps.core.forms import RowsField, day_field, moment_field
from apps.governance import queries
from apps.governance.models import Meeting, Motion, PartyReview, Seat
from apps.governance.states import BEFORE_THE_VOTE


class StudyForm(forms.Form):
    """The minutes of the party organisation's study: it raises matters and decides nothing."""

    held_on = day_field(gettext_lazy("哪一天研究的"))
    took_part = forms.CharField(
        label=gettext_lazy("谁参加了"), help_text=gettext_lazy("写职务，不写姓名。"), max_length=300
    )
    opinion = forms.ChoiceField(
        label=gettext_lazy("意见"),
        help_text=gettext_lazy("研究只提意见，不投票，也不计入票数。"),
        choices=PartyReview.Opinion.choices,
        widget=forms.RadioSelect,
    )
    raised = forms.CharField(
        label=gettext_lazy("提了什么"),
        help_text=gettext_lazy("只给管委会看；公开页只写日子和意见。"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MeetingForm(forms.Form):
    """When, where, and which motions."""

    starts_at = moment_field(gettext_lazy("开会时间"))
    ends_at = moment_field(gettext_lazy("散会时间"))
    place = forms.CharField(label=gettext_lazy("地点"), max_length=100)
    agenda = forms.ModelMultipleChoiceField(
        Motion.objects.none(),
        label=gettext_lazy("议程"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, committee: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"].queryset = Motion.objects.filter(  # type: ignore[attr-defined]
            committee=committee, state__in=BEFORE_THE_VOTE
        ).order_by("tabled_at")


class AgendaForm(forms.Form):
    """Which motion comes on the agenda, and in which place; one that is there already moves."""

    motion = forms.ModelChoiceField(
        Motion.objects.none(),
        label=gettext_lazy("议案"),
        help_text=gettext_lazy("已经在议程上的，选新的位置就挪过去。"),
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
    )
    position = forms.TypedChoiceField(
        label=gettext_lazy("放在第几项"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = meeting.agenda.count()
        either = Q(agenda_items__meeting=meeting) | Q(state__in=BEFORE_THE_VOTE)
        self.fields["motion"].queryset = (  # type: ignore[attr-defined]
            Motion.objects.filter(either, committee=meeting.committee_id).distinct().order_by("tabled_at")
        )
        self.fields["position"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("最后")),
            *((n, gettext("第 %(n)d 项") % {"n": n}) for n in range(1, listed + 1)),
        ]

    @property
    def has_motions(self) -> bool:
        """Whether there is anything to put on or to move."""
        return bool(self.fields["motion"].queryset)  # type: ignore[attr-defined]


class AttendanceForm(forms.Form):
    """Who came."""

    seats = RowsField(
        Seat.objects.none(),
        label=gettext_lazy("到会的"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    guests = forms.CharField(
        label=gettext_lazy("列席的"),
        help_text=gettext_lazy("写职务，不写姓名。"),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "seats": list(meeting.attendances.values_list("seat_id", flat=True)),
            "guests": meeting.guests,
        }
        super().__init__(*args, **kwargs)
        self.fields["seats"].queryset = queries.seats_of(meeting.committee.fund)  # type: ignore[attr-defined]


class RemarksForm(forms.Form):
    """What the record does not say."""

    remarks = forms.CharField(
        label=gettext_lazy("补充说明"),
        help_text=gettext_lazy("会公开。不要写电话、住址、病情这类个人信息。"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
