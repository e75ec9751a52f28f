"""What an officer fills in to put something before the committee: one form for each kind of motion.

Every form turns what was written into a `Proposal`; the proposal's own checks answer with the field.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock, money
from apps.core.forms import AmountField, day_field
from apps.funds.forms import RulebookForm
from apps.funds.models import Fund, PurposeChange, Restriction, Rulebook
from apps.funds.queries import versions
from apps.funds.rules import CLAUSES, Unit, typed
from apps.funds.states import Field
from apps.governance import queries
from apps.governance.forms.committees import PersonField
from apps.governance.models import Motion, Seat
from apps.governance.services import Nomination, Proposal, proposals

NOMINEES = 5


def _words(label: Any, *, required: bool = False, rows: int = 4, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=5000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TextForm(forms.Form):
    """A matter in free words."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=80)
    text = _words(gettext_lazy("要决定的事"), required=True, rows=8)
    is_major = forms.BooleanField(
        label=gettext_lazy("重大事项"),
        help_text=gettext_lazy("投资这类事，要全体委员的多数通过。"),
        required=False,
    )

    def __init__(self, *args: Any, fund: Fund, motion: Motion | None = None, **kwargs: Any) -> None:
        if motion is not None:
            facts = motion.facts
            kwargs["initial"] = {
                "title": motion.title,
                "text": facts.get("text", ""),
                "is_major": motion.is_major,
            }
        super().__init__(*args, **kwargs)

    def proposal(self) -> Proposal:
        """Return what was written."""
        return proposals.text(**self.cleaned_data)


class PurposeForm(forms.Form):
    """A new purpose of the fund or of one of its restrictions, with what allows it."""

    restriction = forms.ModelChoiceField(
        Restriction.objects.none(),
        label=gettext_lazy("改哪一项"),
        empty_label=gettext_lazy("基金自己的用途范围"),
        to_field_name="code",
        required=False,
    )
    purpose = _words(gettext_lazy("改成什么"), required=True)
    basis = forms.ChoiceField(
        label=gettext_lazy("依据"),
        help_text=gettext_lazy("慈善法第五十六条：改用途要捐赠人同意，或报民政部门备案。"),
        choices=PurposeChange.Basis.choices,
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(label=gettext_lazy("同意书或备案的编号"), max_length=120)
    dated = day_field(gettext_lazy("同意或备案的日子"))
    reason = _words(gettext_lazy("为什么要改"))

    def __init__(self, *args: Any, fund: Fund, motion: Motion | None = None, **kwargs: Any) -> None:
        if motion is not None:
            facts = motion.facts
            kwargs["initial"] = {name: facts[name] for name in ("restriction", "basis", "reference", "dated")}
            kwargs["initial"] |= {"purpose": facts["after"], "reason": facts["text"]}
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.fields["restriction"].queryset = fund.restrictions.filter(is_general=False)  # type: ignore[attr-defined]

    def proposal(self) -> Proposal:
        """Return what was written."""
        return proposals.purpose_change(self.fund, **self.cleaned_data)


class BudgetForm(forms.Form):
    """The plan of a year, a sum for each field."""

    year = forms.TypedChoiceField(label=gettext_lazy("哪一年"), coerce=int)

    def __init__(self, *args: Any, fund: Fund, motion: Motion | None = None, **kwargs: Any) -> None:
        if motion is not None:
            facts = motion.facts
            kwargs["initial"] = {"year": facts["year"], "reason": facts["text"]}
            kwargs["initial"] |= {row["field"]: money.written(row["amount"]) for row in facts["lines"]}
        super().__init__(*args, **kwargs)
        self.fund, self.lines = fund, dict[str, int]()
        year = clock.today().year
        self.fields["year"].choices = [(each, str(each)) for each in (year, year + 1)]  # type: ignore[attr-defined]
        for name, label in Field.choices:
            self.fields[name] = AmountField(label=_("%(field)s（元）") % {"field": label}, required=False)
        self.fields["reason"] = _words(_("说明"))

    def clean(self) -> dict[str, Any]:
        """Keep the amounts that were given; an empty one is nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.lines = {name: cleaned[name] for name in Field.values if cleaned.get(name)}
        return cleaned

    def proposal(self) -> Proposal:
        """Return what was written."""
        given = self.cleaned_data
        return proposals.budget(self.fund, year=given["year"], lines=self.lines, reason=given["reason"])


class ElectionForm(forms.Form):
    """Who stands for which office, for which term."""

    from_day = day_field(gettext_lazy("任期开始"))
    until_day = day_field(gettext_lazy("任期结束"))

    def __init__(self, *args: Any, fund: Fund, motion: Motion | None = None, **kwargs: Any) -> None:
        if motion is not None:
            kwargs["initial"] = _nominated(motion)
        super().__init__(*args, **kwargs)
        self.fund = fund
        seats = queries.seats_of(fund)
        for number in range(1, NOMINEES + 1):
            self.fields[f"user_{number}"] = PersonField(label=_("登录邮箱"), required=False)
            self.fields[f"office_{number}"] = _choice(_("职务"), Seat.Office.choices)
            self.fields[f"kind_{number}"] = _choice(_("代表哪一方"), Seat.Kind.choices)
            self.fields[f"replaces_{number}"] = forms.ModelChoiceField(
                seats, label=_("接替谁"), required=False, empty_label=_("不接替谁")
            )
        self.fields["reason"] = _words(_("说明"))
        self.fields["is_major"] = forms.BooleanField(label=_("按重大事项表决"), required=False)

    @property
    def rows(self) -> list[list[BoundField]]:
        """The fields of each candidate together."""
        names = ("user", "office", "kind", "replaces")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, NOMINEES + 1)]

    @property
    def head(self) -> list[BoundField]:
        """The term."""
        return [self["from_day"], self["until_day"]]

    @property
    def foot(self) -> list[BoundField]:
        """What stands beneath the candidates."""
        return [self["reason"], self["is_major"]]

    def proposal(self) -> Proposal:
        """Return what was written; a row without a person is left out."""
        given = self.cleaned_data
        nominations = [
            Nomination(
                given[f"user_{number}"],
                given[f"office_{number}"],
                given[f"kind_{number}"],
                given[f"replaces_{number}"],
            )
            for number in range(1, NOMINEES + 1)
            if given.get(f"user_{number}")
        ]
        return proposals.election(
            self.fund,
            nominations=nominations,
            **{name: given[name] for name in ("from_day", "until_day", "reason", "is_major")},
        )


def _choice(label: str, choices: Sequence[tuple[str, str | Promise]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("请选择")), *choices], required=False)


def _nominated(motion: Motion) -> dict[str, Any]:
    facts = motion.facts
    found: dict[str, Any] = {
        "from_day": facts["from_day"],
        "until_day": facts["until_day"],
        "reason": facts["text"],
        "is_major": motion.is_major,
    }
    nominees = motion.nominees.select_related("user").order_by("pk")
    for number, (nominee, row) in enumerate(zip(nominees, facts["nominees"], strict=True), start=1):
        found |= {
            f"user_{number}": nominee.user.email,
            f"office_{number}": row["office"],
            f"kind_{number}": row["kind"],
            f"replaces_{number}": nominee.replaces_id,
        }
    return found


class ClosingForm(forms.Form):
    """Why a fund is closed, who receives what is left, and why that is for the same."""

    reason = _words(gettext_lazy("为什么要关闭"), required=True)
    receiver = forms.ModelChoiceField(
        Fund.objects.none(),
        label=gettext_lazy("剩下的钱由哪支基金接收"),
        help_text=gettext_lazy("限定用途的钱过去以后用途不变。账上没有钱可以不选。"),
        empty_label=gettext_lazy("不选"),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": gettext_lazy("请选本会运行中的基金。")},
    )
    surplus = _words(
        gettext_lazy("剩下的钱怎么办，用途为什么相同或相近"),
        required=True,
        help_text=gettext_lazy("要用在相同或相近的用途上，并在三个月内公布（慈善法第五十八条）。"),
    )

    def __init__(self, *args: Any, fund: Fund, motion: Motion | None = None, **kwargs: Any) -> None:
        if motion is not None:
            facts = motion.facts
            kwargs["initial"] = {
                "reason": facts["text"],
                "surplus": facts["surplus"],
                "receiver": facts.get("receiver", ""),
            }
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.fields["receiver"].queryset = (  # type: ignore[attr-defined]
            Fund.objects.filter(host=fund.host, state=Fund.State.OPEN)
            .exclude(pk=fund.pk)
            .order_by("division_id", "code")
        )

    def proposal(self) -> Proposal:
        """Return what was written."""
        return proposals.closing(self.fund, **self.cleaned_data)


class RuleForm(RulebookForm):
    """A new version of the fund's own rules, to be voted on."""

    def __init__(self, *args: Any, fund: Fund, motion: Motion | None = None, **kwargs: Any) -> None:
        level = proposals.LEVELS[fund.kind]
        books = [book for book in versions(fund.host, level, fund.division_id) if not book.withdrawn_at]
        current: Rulebook | None = next(iter(books), None)
        super().__init__(
            *args, host=fund.host, level=level, division=fund.division, current=current, **kwargs
        )
        self.fund = fund
        if motion is not None:
            self.initial = _drafted(motion)
        for name in ("issued_on", "uploads"):
            del self.fields[name]
        self.fields["document"].required = False
        self.fields["document"].help_text = _("不填就写本议案的编号。")
        self.fields["reason"] = _words(_("为什么要改"))

    @property
    def head(self) -> list[BoundField]:
        """The fields above the clauses."""
        return [self[name] for name in ("title", "document", "effective_from", "reason")]

    def proposal(self) -> Proposal:
        """Return what was written."""
        given = self.cleaned_data
        facts = {name: given[name] for name in ("title", "document", "effective_from", "reason")}
        return proposals.rule_change(self.fund, clauses=self.clauses, **facts)


def _drafted(motion: Motion) -> dict[str, Any]:
    facts = motion.facts
    found = {name: facts[name] for name in ("title", "document", "effective_from")} | {
        "reason": facts["text"]
    }
    for row in facts["clauses"]:
        kind = CLAUSES.get(row["key"])
        if kind is not None:
            found[row["key"]] = row["value"] if kind.unit is Unit.LIST else typed(kind, row["value"])
            found[f"article_{row['key']}"] = row["article"]
    return found


FORMS: dict[str, type[Any]] = {
    Motion.Kind.TEXT: TextForm,
    Motion.Kind.RULE_CHANGE: RuleForm,
    Motion.Kind.PURPOSE_CHANGE: PurposeForm,
    Motion.Kind.BUDGET: BudgetForm,
    Motion.Kind.ELECTION: ElectionForm,
    Motion.Kind.CLOSING: ClosingForm,
}
