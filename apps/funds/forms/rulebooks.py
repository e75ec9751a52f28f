"""What staff fill in about rules."""

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
from apps.core.forms import ManyFilesField, day_field
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import queries, rules
from apps.funds.models import Host, Rulebook
from apps.funds.rules import CLAUSES, GROUPS, ClauseKind, EffectiveRule, Unit
from apps.funds.states import RuleLevel

NOT_SET = ("", gettext_lazy("这一级不规定"))


@dataclass(frozen=True)
class ClauseFields:
    """One clause's input and its article, and what holds without it; open when it is set or wrong."""

    value: BoundField
    article: BoundField
    now: str

    @property
    def is_open(self) -> bool:
        """Whether there is something to see."""
        return bool(self.value.value() or self.value.errors or self.article.errors)


@dataclass(frozen=True)
class ClauseGroup:
    """Clauses under one heading."""

    heading: str | Promise
    clauses: list[ClauseFields]

    @property
    def set_here(self) -> int:
        """How many of them this level sets, or tries to."""
        return sum(clause.is_open for clause in self.clauses)


class RulebookForm(forms.Form):
    """A new version of one level's rules. An empty clause is not set on this level.

    After `is_valid()`, `clauses` holds key → (value, article) as the verb takes them.
    """

    # What the verb takes beside the clauses.
    FACTS = ("title", "document", "issued_on", "effective_from", "uploads")

    title = forms.CharField(label=gettext_lazy("办法名称"), max_length=120)
    document = forms.CharField(
        label=gettext_lazy("依据文件的文号"),
        help_text=gettext_lazy("比如“綦慈〔2026〕1号”，或会议决议编号。"),
        max_length=200,
    )
    issued_on = day_field(gettext_lazy("印发日期"), required=False)
    effective_from = day_field(gettext_lazy("从哪一天起生效"))
    uploads = ManyFilesField(
        label=gettext_lazy("文件原件"),
        help_text=gettext_lazy("PDF，或逐页扫描、拍照。会公开，请先遮住个人信息。以后也可以补。"),
        required=False,
    )

    def __init__(
        self, *args: Any, host: Host, level: int, division: Division, current: Rulebook | None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(current)
        super().__init__(*args, **kwargs)
        self.host, self.level, self.division = host, level, division
        self.clauses: dict[str, tuple[rules.Value, str]] = {}
        self._upper = queries.upper_rules(host, level=level, division=division.code, on=clock.today())
        self._groups = [
            (heading, kinds)
            for name, heading, kinds in GROUPS
            if name != rules.HOST_GROUP or level == RuleLevel.HOST
        ]
        self.kinds = [kind for _heading, kinds in self._groups for kind in kinds]
        for kind in self.kinds:
            self.fields[kind.key] = _clause_field(kind, self._upper.get(kind.key))
            self.fields[f"article_{kind.key}"] = forms.CharField(
                label=_("第几条"), required=False, max_length=60
            )

    @property
    def groups(self) -> Iterator[ClauseGroup]:
        """Yield the clauses under their headings."""
        for heading, kinds in self._groups:
            clauses = [
                ClauseFields(self[kind.key], self[f"article_{kind.key}"], self._now(kind)) for kind in kinds
            ]
            yield ClauseGroup(heading, clauses)

    def _now(self, kind: ClauseKind) -> str:
        upper = self._upper.get(kind.key)
        return upper.words if upper else rules.describe(kind.key, kind.default)

    @property
    def head(self) -> list[BoundField]:
        """The fields above the clauses."""
        return [self[name] for name in ("title", "document", "issued_on", "effective_from")]

    def clean(self) -> dict[str, Any]:
        """Read every clause and hold it against the levels above; each clause has its own sentence."""
        cleaned: dict[str, Any] = super().clean() or {}
        for kind in self.kinds:
            written = cleaned.get(kind.key, "")
            if not written:
                continue
            try:
                value = (
                    rules.validate(kind.key, written)
                    if kind.unit is Unit.LIST
                    else rules.parse(kind, written)
                )
                self.clauses[kind.key] = (value, cleaned.get(f"article_{kind.key}", ""))
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


class WithdrawForm(forms.Form):
    """Why a version that does not hold yet is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("撤回的原因"), help_text=gettext_lazy("会公开。"), max_length=200
    )


class AttachForm(forms.Form):
    """The document of a version, laid beside it afterwards."""

    uploads = ManyFilesField(
        label=gettext_lazy("文件原件"),
        help_text=gettext_lazy("PDF，或逐页扫描、拍照。会公开，请先遮住个人信息。"),
    )


def _initial(current: Rulebook | None) -> dict[str, Any]:
    if current is None:
        return {"effective_from": clock.today()}
    found: dict[str, Any] = {"title": current.title, "effective_from": clock.today()}
    for row in current.clauses.all():
        if row.key in CLAUSES:
            kind = CLAUSES[row.key]
            found[row.key] = row.value if kind.unit is Unit.LIST else rules.typed(kind, row.value)
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
    if kind.by_people:
        words += _("由人遵守，系统只公布。")
    if kind.unit is Unit.FLAG:
        choices = [NOT_SET, ("yes", kind.sentence), ("no", kind.otherwise)]
        return forms.ChoiceField(label=str(kind.label), required=False, choices=choices, help_text=words)
    if kind.unit is Unit.LIST:
        return forms.MultipleChoiceField(
            label=str(kind.label),
            required=False,
            choices=kind.options,
            help_text=words,
            widget=forms.CheckboxSelectMultiple,
        )
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
