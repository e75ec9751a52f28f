"""What is filled in about a committee: its list of people, one seat, its papers, opinions, a hand-over."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.files import MAX_BYTES
from apps.core.forms import RowsField, day_field, file_field
from apps.governance import queries
from apps.governance.models import Committee, Seat
from apps.governance.services import SeatPlan
from apps.governance.services.seats import GIVEN_REASONS
from apps.users.models import User

MOST_ROWS = 40
# What the first rows of an empty list are for; more rows may be added.
USUAL_ROWS = ("chair", *["member"] * 6, "secretary", "supervisor")


class PersonField(forms.EmailField):
    """A person by the e-mail with which they sign in."""

    def clean(self, value: Any) -> Any:
        """Find the person, who must have signed in or been added before."""
        address = super().clean(value)
        if not address:
            return None
        user = User.objects.filter(email=address.lower(), is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("没有用这个邮箱的人，请先让这位注册或由管理员添加。"))
        return user


class SeatRow(forms.Form):
    """One person of a list; a row without a person is left out."""

    user = PersonField(label=gettext_lazy("登录邮箱"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("职务"), choices=Seat.Office.choices)
    kind = forms.ChoiceField(
        label=gettext_lazy("代表哪一方"),
        choices=[("", gettext_lazy("请选择")), *Seat.Kind.choices],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A row with a person says for whom they sit."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("user") and not given.get("kind"):
            self.add_error("kind", _("请选代表哪一方。"))
        return given


class SeatList(forms.BaseFormSet):  # type: ignore[type-arg]  # the stubs are generic, Django is not
    """The list of a whole committee."""

    @property
    def plans(self) -> list[SeatPlan]:
        """The people in the order written; substitutes of a kind are called up in that order."""
        ranks: dict[str, int] = {}
        found = []
        for row in self.forms:
            given = row.cleaned_data
            if not given.get("user"):
                continue
            rank = 0
            if given["office"] == Seat.Office.SUBSTITUTE:
                rank = ranks[given["kind"]] = ranks.get(given["kind"], 0) + 1
            found.append(SeatPlan(given["user"], given["office"], given["kind"], rank=rank))
        return found


SeatListForm = forms.formset_factory(SeatRow, formset=SeatList, extra=0, max_num=MOST_ROWS, validate_max=True)


def seat_list(data: Any = None, *, seats: Iterable[Seat] = ()) -> Any:
    """Return the list as sent, or one that begins with `seats`, else with the usual rows."""
    held = [{"user": seat.user.email, "office": seat.office, "kind": seat.kind} for seat in seats]
    initial = held or [{"office": office} for office in USUAL_ROWS]
    return SeatListForm(data, prefix="seats", initial=None if data else initial)


class FormingForm(forms.Form):
    """A committee's size, its paper and its term; the people stand in the list beneath."""

    size = forms.IntegerField(
        label=gettext_lazy("有表决权的席位"),
        help_text=gettext_lazy("主任和委员一共几席，空缺也算。要是单数。"),
        min_value=1,
        max_value=25,
    )
    appointed_by = forms.CharField(
        label=gettext_lazy("任命文件"),
        help_text=gettext_lazy("文号，比如 古南街道〔2026〕1号"),
        max_length=200,
        required=False,
    )
    from_day = day_field(gettext_lazy("任期开始"))
    until_day = day_field(gettext_lazy("任期结束"))


class HandOverForm(forms.Form):
    """The coming committee's size and term, and what changes hands."""

    size = forms.IntegerField(
        label=gettext_lazy("新一届有表决权的席位"),
        help_text=gettext_lazy("主任和委员一共几席，空缺也算。要是单数。"),
        min_value=1,
        max_value=25,
    )
    until_day = day_field(
        gettext_lazy("新一届任期结束"),
        help_text=gettext_lazy("从双方都确认的那一刻开始。"),
    )
    papers = forms.CharField(
        label=gettext_lazy("移交的材料"),
        help_text=gettext_lazy("一行一样，比如：账册、印章使用登记、项目档案。"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SeatForm(forms.Form):
    """A person, an office and a term."""

    email = PersonField(label=gettext_lazy("这位的登录邮箱"))
    office = forms.ChoiceField(
        label=gettext_lazy("职务"), choices=Seat.Office.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("代表哪一方"), choices=Seat.Kind.choices, widget=forms.RadioSelect
    )
    from_day = day_field(gettext_lazy("任期开始"))
    until_day = day_field(gettext_lazy("任期结束"))
    is_paid = forms.BooleanField(label=gettext_lazy("从基金领报酬或补贴"), required=False)


class EndForm(forms.Form):
    """Why a seat ends; everyone may read it."""

    reason = forms.ChoiceField(
        label=gettext_lazy("原因"),
        help_text=gettext_lazy("公开页上只写这几个字。"),
        choices=[(reason.value, reason.label) for reason in GIVEN_REASONS],
        widget=forms.RadioSelect,
    )


class ReplaceForm(EndForm):
    """Who takes a seat for the rest of its term, and why the holder leaves."""

    email = PersonField(label=gettext_lazy("接任的人的登录邮箱"))
    kind = forms.ChoiceField(
        label=gettext_lazy("代表哪一方"), choices=Seat.Kind.choices, widget=forms.RadioSelect
    )
    field_order = ("email", "kind", "reason")


class RenewForm(forms.Form):
    """Until when the further term runs; it begins the day after this one."""

    until_day = day_field(gettext_lazy("新任期结束"))


class SizeForm(forms.Form):
    """How many seats have a vote."""

    size = forms.IntegerField(label=gettext_lazy("有表决权的席位"), min_value=1, max_value=25)


class AppointmentForm(forms.Form):
    """A paper of appointment with its scan."""

    number = forms.CharField(label=gettext_lazy("文号"), max_length=80)
    issuer = forms.CharField(label=gettext_lazy("发文单位"), max_length=80)
    issued_on = day_field(gettext_lazy("发文日期"))
    seats = RowsField(
        Seat.objects.none(),
        label=gettext_lazy("任命了谁"),
        help_text=gettext_lazy("不选就是整个管委会。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    scan = file_field(
        gettext_lazy("扫描件"),
        help_text=gettext_lazy("PDF 或照片，只给工作人员看。"),
        required=False,
    )

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seats"].queryset = queries.seats_of(committee.fund)  # type: ignore[attr-defined]

    def clean_scan(self) -> Any:
        """Stop what is too large before it is read."""
        scan = self.cleaned_data["scan"]
        if scan and scan.size > MAX_BYTES:
            raise forms.ValidationError(_("文件太大，最多 15 MB。"))
        return scan


class OpinionForm(forms.Form):
    """A supervisor's words."""

    text = forms.CharField(
        label=gettext_lazy("意见"),
        help_text=gettext_lazy("写了就不能改，可以再写一条。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class YearOpinionForm(OpinionForm):
    """A supervisor's words on a year."""

    year = forms.IntegerField(label=gettext_lazy("哪一年"), min_value=2000, max_value=9999)
    field_order = ("year", "text")


class KinForm(forms.Form):
    """Which of those one sits with is close kin."""

    other = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("哪一位"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = self._beside(user)  # type: ignore[attr-defined]

    @staticmethod
    def _beside(user: User) -> Any:
        seats = Seat.objects.filter(queries.in_force(), committee__in=queries.committees_of(user))
        return User.objects.filter(pk__in=seats.values("user_id")).exclude(pk=user.pk).order_by("name", "pk")
