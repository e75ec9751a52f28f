"""Which of several levels' clauses rules: the tightest, with where it comes from."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.funds.rules import kinds
from apps.funds.rules.catalogue import CLAUSES
from apps.funds.rules.catalogue.committee import MOST_SEATS
from apps.funds.rules.kinds import ClauseKind, Unit, Value
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
    motion: str = ""

    @property
    def level_words(self) -> str:
        """Who set it: 区定; or that nobody did: 默认值."""
        return _("默认值") if self.level == DEFAULT_LEVEL else str(RuleLevel(self.level).label)

    @property
    def provenance(self) -> str:
        """The document that says so: 《办法》第 2 版 第三条（文号）; for a default its source in words."""
        if self.level == DEFAULT_LEVEL:
            return self.document
        return _("《%(title)s》第 %(version)d 版 %(article)s（%(document)s）") % {
            "title": self.title,
            "version": self.version,
            "article": self.article,
            "document": self.document,
        }


@dataclass(frozen=True)
class EffectiveRule:
    """The rule that holds for a fund: its value, who set it in which version of which document.

    `sources` are the settings that made the value: one, or for a list each level that added or took away an entry;
    the last one is the level that rules. `loosened` are clauses of lower levels that were as tight as the law of their
    day and no longer are.
    """

    key: str
    value: Value
    sources: tuple[Setting, ...]
    loosened: tuple[Setting, ...] = ()

    @property
    def source(self) -> Setting:
        """The setting that rules."""
        return self.sources[-1]

    @property
    def level(self) -> int:
        """Who rules, `DEFAULT_LEVEL` for nobody."""
        return self.source.level

    @property
    def version(self) -> int:
        """The version of the rulebook that rules."""
        return self.source.version

    @property
    def title(self) -> str:
        """The title of the rulebook that rules."""
        return self.source.title

    @property
    def document(self) -> str:
        """Its document; for a default its source in words."""
        return self.source.document

    @property
    def article(self) -> str:
        """Where the document says so."""
        return self.source.article

    @property
    def rulebook_id(self) -> int | None:
        """The rulebook's primary key."""
        return self.source.rulebook_id

    @property
    def motion(self) -> str:
        """The code of the motion that adopted it, if one did."""
        return self.source.motion

    @property
    def default(self) -> bool:
        """Whether no level set it."""
        return self.level == DEFAULT_LEVEL

    @property
    def words(self) -> str:
        """The rule as a sentence: 到会不少于三分之二."""
        return describe(self.key, self.value)

    @property
    def label(self) -> str:
        """The clause's name."""
        return str(clause(self.key).label)

    @property
    def by_people(self) -> bool:
        """Whether people keep it, and the program only publishes it."""
        return clause(self.key).by_people

    @property
    def level_words(self) -> str:
        """Who set it: 区定; or that nobody did: 默认值."""
        return _("、").join(setting.level_words for setting in self.sources)

    @property
    def provenance(self) -> str:
        """Every document that had a part in it."""
        return _("；").join(setting.provenance for setting in self.sources)


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
    if kind.unit is Unit.CHOICE:
        return kinds.words(kind, value)
    if value is False:
        return str(kind.otherwise)
    return str(kind.sentence) % {"value": kinds.words(kind, value)}


def is_tighter_or_equal(key: str, lower: Value, upper: Value) -> bool:
    """Whether `lower` asks at least as much as `upper` does."""
    return kinds.is_tighter_or_equal(clause(key), lower, upper)


def fits(key: str, lower: Value, upper: Value) -> bool:
    """Whether a lower level may write a value under what the levels above made."""
    return kinds.fits(clause(key), lower, upper)


def effective(key: str, settings: Iterable[Setting]) -> EffectiveRule:
    """Return the tightest of the levels' settings with its provenance; of equals, the uppermost that was adopted.

    The host may set a value looser than the house's default, within the clause's bounds; without a clause of the
    host the default stands above all lower levels.
    """
    kind = clause(key)
    ordered = sorted(settings, key=lambda setting: setting.level)
    if not ordered or ordered[0].level != HOST_LEVEL:
        ordered.insert(0, Setting(DEFAULT_LEVEL, kind.default, document=str(kind.source)))
    value, sources, loosened = ordered[0].value, [ordered[0]], []
    for setting in ordered[1:]:
        if not kinds.fits(kind, setting.value, value):
            loosened.append(setting)
        both = kinds.together(kind, value, setting.value)
        if both != value:
            value, sources = both, [*sources, setting] if kind.unit is Unit.LIST else [setting]
        elif setting.value == value and sources[-1].level == DEFAULT_LEVEL:
            sources = [setting]
    return EffectiveRule(key, value, tuple(sources), tuple(loosened))


class EffectiveRules(Mapping[str, EffectiveRule]):
    """Clauses of the catalogue as the levels' settings make them, each worked out when it is first asked for: a verb
    asks for a handful of them."""

    def __init__(self, settings: Mapping[str, Iterable[Setting]], keys: Collection[str] = CLAUSES) -> None:
        self._settings, self._keys = settings, keys
        self._found: dict[str, EffectiveRule] = {}

    def __getitem__(self, key: str) -> EffectiveRule:
        if key not in self._found:
            if key not in self._keys:
                raise KeyError(key)
            self._found[key] = effective(key, self._settings.get(key, ()))
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


# Pairs that must leave something between them: the least and the most of one thing.
_PAIRS = [
    (key, f"{key.removesuffix('_min')}_max")
    for key in CLAUSES
    if key.startswith("seats_") and key.endswith("_min")
]


def contradictions(values: Mapping[str, Value]) -> dict[str, str]:
    """Return, by key, why a set of rules could never be kept together: a least above its most, and the like."""
    found = {}
    for least, most in _PAIRS:
        if kinds.size(clause(least), values[least]) > kinds.size(clause(most), values[most]):
            sentence = _("“%(low)s”和“%(high)s”合不起来，没有一个人数能同时做到。") % {
                "low": describe(least, values[least]),
                "high": describe(most, values[most]),
            }
            found[least] = found[most] = sentence
    fewest = sum(int(kinds.size(clause(least), values[least])) for least, _most in _PAIRS)
    if fewest > MOST_SEATS:
        sentence = _("各方面的委员下限加起来是 %(sum)d 人，超过 %(most)d 人。") % {
            "sum": fewest,
            "most": MOST_SEATS,
        }
        found |= {least: sentence for least, _most in _PAIRS if values[least]}
    return found
