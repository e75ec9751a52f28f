"""Which of several levels' clauses rules: the tightest, with where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.funds.rules import kinds
from apps.funds.rules.catalogue import CLAUSES
from apps.funds.rules.kinds import ClauseKind, Tighter, Value
from apps.funds.states import RuleLevel

DEFAULT_LEVEL = 0
HOST_LEVEL = RuleLevel.HOST


@dataclass(frozen=True)
class Setting:
    """One level's clause as a rulebook in force has it."""

    level: int
    value: Value
    version: int = 0
    title: str = ""
    document: str = ""
    article: str = ""
    rulebook_id: int | None = None


@dataclass(frozen=True)
class EffectiveRule:
    """The rule that holds for a fund: its value, who set it in which version of which document.

    `loosened` are clauses of lower levels that were as tight as the law of their day and no longer are.
    """

    key: str
    value: Value
    level: int
    version: int
    title: str
    document: str
    article: str
    rulebook_id: int | None
    default: bool
    loosened: tuple[Setting, ...] = ()

    @property
    def words(self) -> str:
        """The rule as a sentence: 到会不少于三分之二."""
        return describe(self.key, self.value)

    @property
    def label(self) -> str:
        """The clause's name."""
        return str(clause(self.key).label)

    @property
    def level_words(self) -> str:
        """Who set it: 区定; or that nobody did: 默认值."""
        return _("默认值") if self.default else str(RuleLevel(self.level).label)

    @property
    def provenance(self) -> str:
        """The document that says so: 《办法》第 2 版 第三条（文号）; for a default its source in words."""
        if self.default:
            return self.document
        return _("《%(title)s》第 %(version)d 版 %(article)s（%(document)s）") % {
            "title": self.title,
            "version": self.version,
            "article": self.article,
            "document": self.document,
        }


def clause(key: str) -> ClauseKind:
    """Return a line of the catalogue. Raises `Refused` for a key that is none."""
    if key not in CLAUSES:
        raise Refused(_("没有“%(key)s”这一条规则。") % {"key": key}, key)
    return CLAUSES[key]


def validate(key: str, value: Value) -> Value:
    """Return the value in its one spelling. Raises `Refused` with the clause's field for an impossible one."""
    return kinds.validate(clause(key), value)


def describe(key: str, value: Value) -> str:
    """Return the rule in words: 到会不少于三分之二."""
    kind = clause(key)
    if kind.options:
        return kinds.words(kind, value)
    if value is False:
        return str(kind.otherwise)
    return str(kind.sentence) % {"value": kinds.words(kind, value)}


def is_tighter_or_equal(key: str, lower: Value, upper: Value) -> bool:
    """Whether `lower` asks at least as much as `upper` does."""
    kind = clause(key)
    difference = kinds.size(kind, lower) - kinds.size(kind, upper)
    return difference >= 0 if kind.tighter is Tighter.HIGHER else difference <= 0


def effective(key: str, settings: Iterable[Setting]) -> EffectiveRule:
    """Return the tightest of the levels' settings with its provenance; of equals, the uppermost that was adopted.

    The host may set a value looser than the house's default, within the clause's bounds; without a clause of the
    host the default stands above all lower levels.
    """
    ordered = sorted(settings, key=lambda setting: setting.level)
    if not ordered or ordered[0].level != HOST_LEVEL:
        ordered.insert(0, Setting(DEFAULT_LEVEL, clause(key).default))
    ruling, loosened = ordered[0], []
    for setting in ordered[1:]:
        if not is_tighter_or_equal(key, setting.value, ruling.value):
            loosened.append(setting)
        elif setting.value != ruling.value or ruling.level == DEFAULT_LEVEL:
            ruling = setting
    return EffectiveRule(
        key=key,
        value=ruling.value,
        level=ruling.level,
        version=ruling.version,
        title=ruling.title,
        document=ruling.document or str(clause(key).source if ruling.level == DEFAULT_LEVEL else ""),
        article=ruling.article,
        rulebook_id=ruling.rulebook_id,
        default=ruling.level == DEFAULT_LEVEL,
        loosened=tuple(loosened),
    )
