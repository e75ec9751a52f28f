"""What staff fill in about funds and rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions import queries as divisions
from apps.divisions.models import Division
from apps.funds import queries, rules
from apps.funds.models import Host, Rulebook
from apps.funds.rules import CLAUSES, GROUPS, ClauseKind, EffectiveRule, Unit
from apps.funds.states import FundKind, RuleLevel

NOT_SET = ("", gettext_lazy("这一级不规定"))


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a calendar day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("请按 2026-11-21 这样写日期。")},
        **options,
    )


class OpenFundForm(forms.Form):
    """A new fund: what kind, where, called what, for what, under which agreement."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=FundKind.choices, widget=forms.RadioSelect)
    division = forms.CharField(
        label=gettext_lazy("所在的社区、街镇或区县"),
        help_text=gettext_lazy("写区划代码，或者名称，比如“百步梯社区”。"),
        max_length=60,
    )
    name = forms.CharField(
        label=gettext_lazy("基金名称"), help_text=gettext_lazy("用规范汉字，不带字母和数字。"), max_length=100
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途范围"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    agreement = forms.CharField(
        label=gettext_lazy("设立协议编号"),
        help_text=gettext_lazy("慈善会本部的基金不用填。"),
        required=False,
        max_length=60,
    )
    day = day_field(gettext_lazy("设立日期"))

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_division(self) -> Division:
        """Find one open division of the host's area by its code or by a part of its name."""
        text = self.cleaned_data["division"].strip()
        inside = divisions.under(self.host.division_id).filter(closed_on=None)
        found = list(inside.filter(code=text) or inside.filter(name__contains=text)[:6])
        if not found:
            raise forms.ValidationError(
                _("%(host)s的区域里没有找到“%(text)s”。") % {"host": self.host, "text": text}
            )
        if len(found) > 1:
            names = _("、").join(f"{division.name} {division.code}" for division in found[:5])
            raise forms.ValidationError(_("叫这个名字的不止一处，请写代码：%(names)s。") % {"names": names})
        return found[0]


class ReasonForm(forms.Form):
    """Why a fund is suspended or resumed."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class RestrictionForm(forms.Form):
    """A narrower purpose for which donors may give."""

    purpose = forms.CharField(
        label=gettext_lazy("限定用途"), help_text=gettext_lazy("比如“楼道扶手”。"), max_length=200
    )
    until = day_field(gettext_lazy("用到哪一天为止"), required=False)


@dataclass(frozen=True)
class ClauseGroup:
    """Clauses under one heading, each with its value and its article; open when there is something to see."""

    heading: str | Promise
    pairs: list[tuple[BoundField, BoundField]]
    is_open: bool


class RulebookForm(forms.Form):
    """A new version of one level's rules. An empty clause is not set on this level.

    After `is_valid()`, `clauses` holds key → (value, article) as the verb takes them.
    """

    title = forms.CharField(label=gettext_lazy("办法名称"), max_length=120)
    document = forms.CharField(
        label=gettext_lazy("依据文件"),
        help_text=gettext_lazy("文号和印发日期，或会议决议编号。"),
        max_length=200,
    )
    effective_from = day_field(gettext_lazy("从哪一天起生效"))

    def __init__(
        self, *args: Any, host: Host, level: int, division: Division, current: Rulebook | None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(current)
        super().__init__(*args, **kwargs)
        self.host, self.level, self.division = host, level, division
        self.clauses: dict[str, tuple[rules.Value, str]] = {}
        upper = queries.upper_rules(host, level=level, division=division.code, on=clock.today())
        self._groups = [
            (heading, kinds)
            for name, heading, kinds in GROUPS
            if name != rules.HOST_GROUP or level == RuleLevel.HOST
        ]
        self.kinds = [kind for _heading, kinds in self._groups for kind in kinds]
        for kind in self.kinds:
            self.fields[kind.key] = _clause_field(kind, upper.get(kind.key))
            self.fields[f"article_{kind.key}"] = forms.CharField(
                label=_("第几条"), required=False, max_length=60
            )

    @property
    def groups(self) -> Iterator[ClauseGroup]:
        """Yield the clauses under their headings."""
        for heading, kinds in self._groups:
            pairs = [(self[kind.key], self[f"article_{kind.key}"]) for kind in kinds]
            yield ClauseGroup(
                heading,
                pairs,
                any(value.value() or value.errors or article.errors for value, article in pairs),
            )

    @property
    def head(self) -> list[BoundField]:
        """The fields above the clauses."""
        return [self["title"], self["document"], self["effective_from"]]

    def clean(self) -> dict[str, Any]:
        """Read every clause and hold it against the levels above; each clause has its own sentence."""
        cleaned: dict[str, Any] = super().clean() or {}
        for kind in self.kinds:
            text = cleaned.get(kind.key, "")
            if not text:
                continue
            try:
                self.clauses[kind.key] = (rules.parse(kind, text), cleaned.get(f"article_{kind.key}", ""))
            except Refused as refusal:
                self.add_error(kind.key, str(refusal))
        day: date | None = cleaned.get("effective_from")
        if day is not None:
            for key, sentence in queries.loosenings(
                self.host, level=self.level, division=self.division.code, on=day, clauses=self.clauses
            ).items():
                self.add_error(key, sentence)
        if not self.clauses and not self.errors:
            self.add_error(None, _("至少要定一条规则。"))
        return cleaned


def _initial(current: Rulebook | None) -> dict[str, Any]:
    if current is None:
        return {"effective_from": clock.today()}
    found: dict[str, Any] = {"title": current.title, "effective_from": clock.today()}
    for row in current.clauses.all():
        if row.key in CLAUSES:
            found[row.key] = rules.typed(CLAUSES[row.key], row.value)
            found[f"article_{row.key}"] = row.article
    return found


def _clause_field(kind: ClauseKind, upper: EffectiveRule | None) -> forms.Field:
    """Return the input of one clause; its help says what the levels above already ask."""
    if upper is None:
        words = _("不填时：%(rule)s（%(source)s）。") % {
            "rule": rules.describe(kind.key, kind.default),
            "source": kind.source,
        }
    else:
        words = _("上面的规定：%(rule)s（%(level)s）。只能更严。") % {
            "rule": upper.words,
            "level": upper.level_words,
        }
    if kind.unit is Unit.FLAG:
        choices = [NOT_SET, ("yes", kind.sentence), ("no", kind.otherwise)]
        return forms.ChoiceField(label=str(kind.label), required=False, choices=choices, help_text=words)
    if kind.options:
        return forms.ChoiceField(
            label=str(kind.label), required=False, choices=[NOT_SET, *kind.options], help_text=words
        )
    return forms.CharField(
        label=_("%(label)s（%(unit)s）") % {"label": kind.label, "unit": kind.unit_words},
        required=False,
        max_length=20,
        help_text=words,
        widget=forms.TextInput(attrs={"inputmode": "text" if kind.unit is Unit.FRACTION else "decimal"}),
    )
