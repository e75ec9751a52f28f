"""What figures propose and what a judgement must say."""

import pytest

from apps.core.verdicts import Refused
from apps.grants.rules.checklist import (
    Item,
    Judged,
    allowance,
    check_all,
    hash_of,
    of_line,
    of_stretch,
    of_target,
)


@pytest.mark.parametrize(
    ("reached", "target", "proposed"),
    [(600, 600, "met"), (601, 600, "met"), (599, 600, "partly"), (1, 600, "partly"), (0, 600, "not_met")],
)
def test_a_figure_against_its_target(reached: int, target: int, proposed: str) -> None:
    assert of_target(reached, target) == proposed


@pytest.mark.parametrize(
    ("granted", "spent", "over_together", "proposed"),
    [
        (10_000, 10_000, 0, "met"),
        (10_000, 9_000, 0, "met"),
        (10_000, 8_999, 0, "partly"),
        (10_000, 0, 0, "not_met"),
        (10_000, 10_500, 1_000, "met"),
        (10_000, 10_500, 1_001, "not_met"),
    ],
)
def test_a_line_of_the_budget_within_the_tolerance(
    granted: int, spent: int, over_together: int, proposed: str
) -> None:
    assert allowance(10_009, 1_000) == 1_000
    assert of_line(granted, spent, over_together=over_together, allowed=1_000) == proposed


def test_a_milestone() -> None:
    assert of_stretch(is_reported=False, is_late=False) == "not_met"
    assert of_stretch(is_reported=True, is_late=True) == "partly"
    assert of_stretch(is_reported=True, is_late=False) == "met"


ITEMS = [Item("photos", "photos", "", {"count": 0}, "not_met"), Item("goal", "goal", "送饭")]


@pytest.mark.parametrize(
    ("photos", "field"),
    [
        (Judged(""), "verdict_photos"),
        (Judged("fine"), "verdict_photos"),
        (Judged("not_met", "  "), "note_photos"),
        (Judged("met"), "note_photos"),
        (Judged("partly", "字" * 201), "note_photos"),
    ],
)
def test_a_judgement_that_does_not_stand(photos: Judged, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_all(ITEMS, {"photos": photos, "goal": Judged("met")}, must_judge=True)
    assert refused.value.field == field


def test_a_list_that_goes_back_may_be_unfinished_and_names_no_strange_item() -> None:
    rows = check_all(ITEMS, {"photos": Judged("not_met", "没有照片")}, must_judge=False)
    assert [one.verdict for _item, one in rows] == ["not_met", ""]
    with pytest.raises(Refused, match="清单变了"):
        check_all(ITEMS, {"another": Judged("met")}, must_judge=False)


def test_the_fingerprint_follows_every_figure() -> None:
    assert hash_of(ITEMS) != hash_of([Item("photos", "photos", "", {"count": 1}, "not_met"), ITEMS[1]])
