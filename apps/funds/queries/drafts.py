"""What a draft of rules would change for the funds below, before anybody adopts it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.divisions.rules import code_range, lineage
from apps.funds import rules
from apps.funds.models import Fund, Host
from apps.funds.queries.rulebooks import Clauses, books_in_force, combined, settings_of
from apps.funds.rules import EffectiveRule, EffectiveRules, Setting


@dataclass(frozen=True)
class Drafted:
    """Funds under the same rulebooks, with every rule of theirs as it is and as it would be."""

    funds: list[Fund]
    before: EffectiveRules
    after: EffectiveRules

    @property
    def changed(self) -> dict[str, rules.Value]:
        """The new values of the rules that would become others."""
        return {key: rule.value for key, rule in self.after.items() if rule.value != self.before[key].value}

    @property
    def contradictions(self) -> list[str]:
        """Why these rules could never be kept together, though they can today."""
        today = rules.contradictions({key: rule.value for key, rule in self.before.items()})
        then = rules.contradictions({key: rule.value for key, rule in self.after.items()})
        return sorted({sentence for key, sentence in then.items() if key not in today})


@dataclass
class Effect:
    """What a new version does to one clause of funds: the rule before and after, whose, and which lower clauses are
    flagged because the new rule is tighter than they are."""

    before: EffectiveRule
    after: EffectiveRule
    funds: list[Fund]
    flagged: list[Setting]

    @property
    def changes(self) -> bool:
        """Whether the ruling value becomes another."""
        return self.before.value != self.after.value


def drafted(host: Host, *, level: int, division: str, on: date, clauses: Clauses) -> list[Drafted]:
    """Return the rules of the host's funds in a division before and after a day, if a level adopted these clauses
    (valid values). Funds under the same rulebooks stand together. Three queries."""
    books = books_in_force(host.pk, on)
    draft = {key: Setting(level, value, article=article) for key, (value, article) in clauses.items()}
    low, high = code_range(division)
    groups: dict[tuple[int, ...], list[Fund]] = defaultdict(list)
    for fund in Fund.objects.filter(host=host, division_id__gte=low, division_id__lt=high).order_by("code"):
        above = lineage(fund.division_id)
        groups[tuple(book.pk for book in books if book.division_id in above)].append(fund)
    found = []
    for chain, funds in groups.items():
        ruling = [book for book in books if book.pk in chain]
        staying = [book for book in ruling if (book.level, book.division_id) != (level, division)]
        settings = settings_of(staying)
        for key, setting in draft.items():
            settings.setdefault(key, []).append(setting)
        found.append(Drafted(funds, combined(settings_of(ruling)), combined(settings)))
    return found


def effects_of(groups: Iterable[Drafted]) -> list[Effect]:
    """Return clause by clause what would change; funds for which the same happens are told together."""
    found: dict[tuple[str, str, str, tuple[int | None, ...]], Effect] = {}
    for group in groups:
        for key, after in group.after.items():
            before = group.before[key]
            flagged = [setting for setting in after.loosened if setting not in before.loosened]
            if before.value == after.value and not flagged:
                continue
            mark = (key, before.words, after.words, tuple(setting.rulebook_id for setting in flagged))
            effect = found.setdefault(mark, Effect(before, after, [], flagged))
            effect.funds.extend(group.funds)
    return list(found.values())


def effects(host: Host, *, level: int, division: str, on: date, clauses: Clauses) -> list[Effect]:
    """Return how the rules of the host's funds in a division would change on a day, if a level adopted these clauses
    (valid values). Three queries."""
    return effects_of(drafted(host, level=level, division=division, on=on, clauses=clauses))
