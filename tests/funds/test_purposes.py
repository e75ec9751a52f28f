"""Whether what is left of a fund is for what its receiver is for: words are compared, people judge."""

import pytest

from apps.funds.queries import what_is_left
from apps.funds.rules.purposes import covers
from tests.cast import Cast
from tests.grants import house as h


@pytest.mark.parametrize(
    ("purpose", "wanted", "is_covered"),
    [
        ("养老服务、儿童关爱", "养老服务", True),
        ("养老服务、儿童关爱", "儿童关爱和养老服务", True),
        ("用于本社区居民的养老、助残等公益项目", "助残", True),
        ("社区公益", "社区公益", True),
        ("儿童关爱", "养老服务", False),
        ("养老服务", "养老服务、儿童关爱", False),
        ("", "养老服务", False),
        ("", "", False),
        ("养老服务", "", False),
        ("养老服务", "项目、活动", False),
    ],
)
def test_words_are_compared_thing_by_thing(purpose: str, wanted: str, is_covered: bool) -> None:
    assert covers(purpose, wanted) is is_covered


@pytest.mark.django_db
def test_restricted_money_is_flagged_and_free_money_never(cast: Cast) -> None:
    h.money(cast)
    cast.fund.purpose, cast.other_fund.purpose = "养老服务", "儿童关爱"
    left = what_is_left(cast.fund, cast.other_fund)
    assert left and all(one.differs == bool(one.restriction) for one in left)
    assert not any(one.differs for one in what_is_left(cast.fund))
    cast.other_fund.purpose = "养老服务、儿童关爱"
    general = [one for one in what_is_left(cast.fund, cast.other_fund) if one.restriction.endswith("-G")]
    assert not any(one.differs for one in general)
