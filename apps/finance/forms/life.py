"""What the host fills in to merge, split and close a fund."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.finance.models import Cleanup
from apps.finance.services.life.plans import ALL, WHOLE, Shares
from apps.funds.models import Fund, Restriction
from apps.grants.models import Grant

MOST_HEIRS = 4


def _others(fund: Fund) -> Any:
    """Return the funds that could go on for a fund: those of its own place and town first."""
    rows = Fund.objects.filter(host=fund.host, state=Fund.State.OPEN).exclude(pk=fund.pk)
    return rows.exclude(kind=Fund.Kind.GENERAL).order_by("division_id", "code")


def _fund_field(label: Any, **options: Any) -> "forms.ModelChoiceField[Fund]":
    return forms.ModelChoiceField(
        label=label,
        queryset=Fund.objects.none(),
        to_field_name="code",
        error_messages={"invalid_choice": gettext_lazy("请选本会运行中的基金。")},
        **options,
    )


class PaperForm(forms.Form):
    """On which paper it is done."""

    document = forms.CharField(
        label=gettext_lazy("依据文件"),
        help_text=gettext_lazy("区划调整的批文、协议或决议的编号，会公开。"),
        max_length=200,
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("会公开。"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, only_looks: bool = False, **kwargs: Any) -> None:
        self.only_looks = only_looks
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Clean as ever; to look first at what would go over, nothing has to be filled in yet."""
        super().full_clean()
        if self.only_looks:
            for name, faults in list(self.errors.as_data().items()):
                if all(fault.code == "required" for fault in faults):
                    del self.errors[name]


class MergeForm(PaperForm):
    """Into which fund, which others go along, and what becomes of the old funds' own purposes."""

    successor = _fund_field(gettext_lazy("并入哪一支"))
    others = forms.ModelMultipleChoiceField(
        Fund.objects.none(),
        label=gettext_lazy("一起并入的基金"),
        help_text=gettext_lazy("几个社区合成一个时，按同一份文件一次办完；有一支办不了，就都不办。"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "choices-many"}),
        error_messages={"invalid_choice": gettext_lazy("请选本会运行中的基金。")},
    )
    joined = forms.BooleanField(
        label=gettext_lazy("原基金宗旨范围内的钱，归入新基金宗旨范围"),
        help_text=gettext_lazy("协议这样写了才选；不选，就作为一项限定用途留着。"),
        required=False,
    )
    field_order = ("successor", "others", "joined", "document", "reason")

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        heir = _expected(fund)
        kwargs["initial"] = {"successor": heir.code if heir else None}
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = _others(fund)
        more = self.fields["others"]
        if isinstance(more, forms.ModelMultipleChoiceField):
            # Communities that become one lie side by side; a fund of another kind is no part of that.
            more.queryset = _others(fund).filter(kind=fund.kind)

    def chosen(self) -> list[Fund]:
        """Return the funds that are to go along, as far as they were filled in rightly."""
        return (
            list(self.cleaned_data.get("others", []))
            if self.is_bound and not self.errors.get("others")
            else []
        )


def _expected(fund: Fund) -> Fund | None:
    """Return the fund of the division that took this fund's division in, when it is known."""
    successor = fund.division.successor_id
    found: Fund | None = _others(fund).filter(division_id=successor).first() if successor else None
    return found


class SplitForm(PaperForm):
    """Which funds go on, each with its share; where single purposes and grants go."""

    def __init__(self, *args: Any, fund: Fund, grants: Sequence[Grant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grants = {grant.code: f"grant_{grant.code}" for grant in grants}
        names = []
        for number in range(1, MOST_HEIRS + 1):
            field = _fund_field(_("第 %(number)d 支") % {"number": number}, required=number <= 2)
            field.queryset = _others(fund)
            share = forms.CharField(
                label=_("分多少（%%）") % {},
                max_length=8,
                required=number <= 2,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
            self.fields |= {f"heir_{number}": field, f"share_{number}": share}
            names += [f"heir_{number}", f"share_{number}"]
        whole = [("", _("按上面的份额"))] + [
            (str(number), _("全归第 %(number)d 支") % {"number": number})
            for number in range(1, MOST_HEIRS + 1)
        ]
        rows = Restriction.objects.filter(fund=fund).order_by("-is_general", "code")
        self.restrictions = {"": "of_free"} | {row.code: f"of_{row.code}" for row in rows}
        labels = {"": _("非限定资金")} | {row.code: row.purpose for row in rows}
        for code, name in self.restrictions.items():
            self.fields[name] = forms.ChoiceField(label=labels[code], choices=whole, required=False)
        for grant in grants:
            self.fields[self.grants[grant.code]] = forms.ChoiceField(
                label=_("资助：%(title)s") % {"title": grant.project.title},
                choices=[("", _("归份额最大的一支")), *whole[1:]],
                required=False,
            )
        self.order_fields([*names, *self.restrictions.values(), *self.grants.values(), "document", "reason"])

    def clean(self) -> dict[str, Any]:
        """Read the shares into `shares` and `grants_to` as the verb takes them."""
        cleaned: dict[str, Any] = super().clean() or {}
        heirs: dict[str, str] = {}
        shares: dict[str, int] = {}
        for number in range(1, MOST_HEIRS + 1):
            heir, text = cleaned.get(f"heir_{number}"), cleaned.get(f"share_{number}") or ""
            if heir is None:
                continue
            if heir.code in shares:
                self.add_error(f"heir_{number}", _("这一支选了两次。"))
            heirs[str(number)] = heir.code
            shares[heir.code] = self._share(f"share_{number}", text)
        whole = {
            code: {heirs[cleaned[name]]: WHOLE}
            for code, name in self.restrictions.items()
            if cleaned.get(name) in heirs
        }
        for name in (*self.restrictions.values(), *self.grants.values()):
            if cleaned.get(name) and cleaned[name] not in heirs:
                self.add_error(name, _("上面没有选第 %(number)s 支。") % {"number": cleaned[name]})
        self.shares: Shares = {ALL: shares, **whole}
        self.grants_to = {
            code: heirs[cleaned[name]] for code, name in self.grants.items() if cleaned.get(name) in heirs
        }
        return cleaned

    def _share(self, name: str, text: str) -> int:
        try:
            share = Decimal(text.strip().rstrip("%％") or "0") * 100
        except ArithmeticError:
            share = Decimal("NaN")
        # The range comes first: 9e999997 is written in eight signs and has a million digits.
        if not share.is_finite() or not 0 <= share <= WHOLE or share != int(share):
            self.add_error(name, _("请写 0 到 100 之间的数，最多两位小数。"))
            return 0
        return int(share)


class CloseForm(PaperForm):
    """Who receives what is left, and why its purpose is the same or similar."""

    receiver = _fund_field(
        gettext_lazy("剩余的钱归哪一支"),
        required=False,
        help_text=gettext_lazy("目的相同或相近的基金；限定用途的钱过去以后用途不变。没有剩余可以不选。"),
    )
    field_order = ("receiver", "reason", "document")

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("目的为什么相同或相近")
        rows = Fund.objects.filter(host=fund.host, state=Fund.State.OPEN).exclude(pk=fund.pk)
        self.possible = rows.order_by("division_id", "code")
        field = self.fields["receiver"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = self.possible

    def chosen(self) -> Fund | None:
        """Return the fund that is to receive what is left, when it was filled in rightly."""
        return (
            self.cleaned_data.get("receiver") if self.is_bound and not self.errors.get("receiver") else None
        )


class PublishForm(forms.Form):
    """The final report of a closed fund."""

    report = forms.CharField(
        label=gettext_lazy("终止报告"),
        help_text=gettext_lazy("基金做了什么，剩余的钱怎样处理。会公开。"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class CleanupForm(forms.Form):
    """What was done about an idle fund."""

    step = forms.ChoiceField(
        label=gettext_lazy("做了什么"), choices=Cleanup.Step.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(label=gettext_lazy("说明"), help_text=gettext_lazy("会公开。"), max_length=300)
