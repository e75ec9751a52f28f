"""What is gone through when work is accepted: what figures propose, and what a judgement must say. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.core.canonical import fingerprint
from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.grants.states import MET, NOT_MET, PARTLY

WHOLE_BP = 10_000
NOTE_LIMIT = 200
VERDICTS = (MET, PARTLY, NOT_MET)


@dataclass(frozen=True)
class Item:
    """One thing that was promised, with the figures the records give and the verdict these propose.

    `proposed` is empty where no figure can judge. `figures` are whole numbers (fen, people, days' texts).
    """

    key: str
    kind: str
    words: str
    figures: Mapping[str, int | str] = field(default_factory=dict)
    proposed: str = ""


@dataclass(frozen=True)
class Judged:
    """What the acceptor says of an item; `verdict` may be empty on a list that goes back."""

    verdict: str
    note: str = ""


def of_target(reached: int, target: int) -> str:
    """Return what a figure proposes against its target: met, partly, or nothing of it."""
    if reached >= target:
        return MET
    return PARTLY if reached > 0 else NOT_MET


def of_stretch(*, is_reported: bool, is_late: bool) -> str:
    """Return what a milestone proposes: reported in time, late, or not at all."""
    if not is_reported:
        return NOT_MET
    return PARTLY if is_late else MET


def allowance(total: int, share_bp: int) -> int:
    """Return by how many fen the lines of a budget of `total` may differ together, rounded down."""
    return total * share_bp // WHOLE_BP


def of_line(granted: int, spent: int, *, over_together: int, allowed: int) -> str:
    """Return what spending proposes for a line of the budget, in fen.

    `over_together` is by how much all lines that are over exceed their grants; it is within the tolerance up to
    `allowed`. A line of which more than that was left is met in part: what is left is surplus.
    """
    if spent == 0:
        return NOT_MET
    if spent > granted:
        return MET if over_together <= allowed else NOT_MET
    return MET if granted - spent <= allowed else PARTLY


def content_of(items: Sequence[Item]) -> list[dict[str, object]]:
    """Return the items as canonical values."""
    return [
        {
            "key": one.key,
            "kind": one.kind,
            "words": one.words,
            "figures": dict(one.figures),
            "proposed": one.proposed,
        }
        for one in items
    ]


def hash_of(items: Sequence[Item]) -> str:
    """Return the fingerprint of the figures somebody looks at, so that a judgement holds for what was seen."""
    return fingerprint(content_of(items))


def _better(verdict: str, proposed: str) -> bool:
    return bool(proposed) and VERDICTS.index(verdict) < VERDICTS.index(proposed)


def check_judgement(item: Item, judged: Judged, *, must_judge: bool) -> Judged:
    """Return a judgement with its note cleaned.

    Raises `Refused` naming `verdict_<key>` or `note_<key>`: without a verdict, for "not met" without a reason, and for
    a verdict better than the figures without a reason.
    """
    note = clean_text(judged.note, field=f"note_{item.key}", limit=NOTE_LIMIT)
    if not judged.verdict and not must_judge:
        return Judged("", note)
    if judged.verdict not in VERDICTS:
        raise Refused(_("每一项都要判：达到、部分达到或没达到。"), f"verdict_{item.key}")
    if judged.verdict == NOT_MET and not note:
        raise Refused(_("没达到的，请写明原因。"), f"note_{item.key}")
    if _better(judged.verdict, item.proposed) and not note:
        raise Refused(_("您判的比数字显示的好，请写明依据。"), f"note_{item.key}")
    return Judged(judged.verdict, note)


def check_all(
    items: Sequence[Item], judgements: Mapping[str, Judged], *, must_judge: bool
) -> list[tuple[Item, Judged]]:
    """Return every item with its judgement. Raises `Refused` for one that is missing or of no item of this list."""
    if set(judgements) - {one.key for one in items}:
        raise Refused(_("清单变了，请刷新页面再看一遍。"))
    return [
        (one, check_judgement(one, judgements.get(one.key, Judged("")), must_judge=must_judge))
        for one in items
    ]
