"""Charts and parts of pages: what they draw adds up, and two on a page do not disturb each other."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from apps.core.templatetags.charts import Month, Slice
from apps.core.templatetags.parts import STATES
from apps.disclosure.queries.totals import months_back


def drawn(source: str, **facts: object) -> str:
    return Template(source).render(Context(facts))


def test_two_charts_on_a_page_have_patterns_of_their_own() -> None:
    months = [Month("2026-10", 500_00, 200_00), Month("2026-11", 0, 900_00)]
    page = drawn("{% months_chart months %}{% months_chart months %}", months=months)
    patterns = re.findall(r'<pattern id="([^"]+)"', page)
    assert len(set(patterns)) == 2
    assert all(f"url(#{name})" in page for name in patterns)
    assert page.count("<title") == 2
    assert "900.00" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (143_210_00, "14.3万", "143k"),
        (10_000_00, "1.0万", "10k"),
        (9_999_99, "¥10,000", "¥10,000"),
        (805_60, "¥806", "¥806"),
        (16_53, "¥16.53", "¥16.53"),
        (30, "¥0.30", "¥0.30"),
    ],
)
def test_the_figure_on_a_bar_never_says_nothing_where_there_was_something(
    fen: int, chinese: str, english: str
) -> None:
    for language, figure in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            page = drawn("{% months_chart months %}", months=[Month("2026-11", fen, 0)])
        assert re.findall(r'class="chart-label">([^<]+)<', page) == [figure]


def test_an_empty_chart_is_still_a_chart() -> None:
    assert "<svg" in drawn("{% months_chart months %}", months=[Month("2026-11", 0, 0)])
    assert "<svg" in drawn("{% months_chart months %}", months=[])
    assert "0.00" in drawn("{% composition slices 0 %}", slices=[Slice("无", 0, "free")])


def test_a_composition_fills_its_bar() -> None:
    slices = [
        Slice("一", 1, "free"),
        Slice("二", 1, "bound"),
        Slice("三", 1, "reserved"),
        Slice("缺", -5, "other"),
    ]
    page = drawn("{% composition slices -2 %}", slices=slices)
    widths = [float(width) for width in re.findall(r'y="1" width="([\d.]+)%"', page)]
    assert sum(widths) == pytest.approx(100, abs=0.01)
    assert "−0.05" in page


def test_what_people_wrote_is_escaped() -> None:
    page = drawn(
        '{% state "open" words %}{% sum_row "+" words 1 %}{% proof 1 words words %}', words="<b>'\"&"
    )
    assert "<b>" not in page


def test_every_state_has_a_glyph_beside_its_colour() -> None:
    assert all(glyph.strip() for glyph, _look in STATES.values())
    assert {look for _glyph, look in STATES.values()} <= {"", "now", "done"}


def test_months_go_back_over_the_new_year() -> None:
    assert months_back("2026-02", 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
