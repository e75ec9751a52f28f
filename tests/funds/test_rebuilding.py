"""Rebuilding the totals part by part gives what folding gave."""

from typing import Any

import pytest

from apps.funds.models import DivisionTotal
from apps.funds.services import totals
from tests.cast import Cast
from tests.funds.money import give, pay


def _rows() -> set[tuple[Any, ...]]:
    names = ("division", "parent", "host", "month", "flow", "amount", "count")
    return set(DivisionTotal.objects.values_list(*names))


@pytest.mark.django_db
@pytest.mark.parametrize("part", [1, 3, 20_000])
def test_totals_are_the_same_however_small_the_parts(
    cast: Cast, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fund in (cast.fund, cast.other_fund, cast.general):
        give(fund, 500_00)
        give(fund, 70_01, restriction=f"{fund.code}-G")
        pay(fund, 20_00)
    totals.fold_totals()
    folded = _rows()
    monkeypatch.setattr(totals, "PART", part)
    assert totals.rebuild_totals() == len(folded)
    assert _rows() == folded
