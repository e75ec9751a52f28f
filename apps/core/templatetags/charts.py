"""Server-made SVG charts: presentation attributes and classes only, widths in percent so that text never shrinks.

In is solid and upward, out is hatched and downward, both from one ink baseline. Extremes carry their figure; no grid,
no legend. The table beneath holds every figure.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core import money

register = template.Library()

UP, DOWN, TOP, FOOT = 110, 70, 26, 44
FEN_OF_TEN_THOUSAND, FEN_OF_A_HUNDRED = 1_000_000, 10_000
STYLES = {
    "free": "chart-in",
    "own": "chart-own",
    "bound": "chart-edge",
    "reserved": "chart-reserved",
    "other": "chart-rest",
}
MARKS = {
    "free": '<rect class="chart-in" width="14" height="14"/>',
    "own": '<rect class="chart-own" x="0.5" y="0.5" width="13" height="13"/>',
    "other": '<rect class="chart-rest" width="14" height="14"/>',
    "reserved": '<rect class="chart-reserved" x="0.5" y="0.5" width="13" height="13"/>',
}


@dataclass(frozen=True)
class Month:
    """One month of a chart: `2026-11`, fen received and fen used (both as positive numbers)."""

    month: str
    received: int
    used: int


@dataclass(frozen=True)
class Slice:
    """One part of a composition bar: what it is, fen, and how it is drawn (a key of `STYLES`)."""

    label: str
    fen: int
    look: str
    note: str = ""


def _pattern(name: str) -> SafeString:
    """A hatch under an id of its own: two charts with one id lose the fill when one of them is hidden."""
    return format_html(
        '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/><path class="chart-hatch-line" d="M1 0v6"/></pattern></defs>',
        name,
    )


def _short(fen: int) -> str:
    """A figure for charts: 18.6万 where people count in ten-thousands, 186k where they count in thousands. A small one
    is in yuan, below a hundred of them to the fen."""
    if fen < FEN_OF_TEN_THOUSAND:
        return f"¥{fen / 100:,.0f}" if fen >= FEN_OF_A_HUNDRED else f"¥{money.written(fen)}"
    if pgettext("how large numbers are counted", "万") == "万":
        return f"{fen / FEN_OF_TEN_THOUSAND:.1f}万"
    return f"{10 * fen / FEN_OF_TEN_THOUSAND:.0f}k"


def _new_id() -> str:
    return "hatch-" + secrets.token_hex(4)


def _extreme(months: Sequence[Month], name: str) -> int:
    """The index of the largest month, or −1 when all are zero."""
    values = [getattr(month, name) for month in months]
    return values.index(max(values)) if values and max(values) > 0 else -1


@register.inclusion_tag("components/months.html")
def months_chart(months: Sequence[Month], note: str = "") -> dict[str, Any]:
    """What came in and went out month by month, with a table of the same figures."""
    hatch = _new_id()
    peak = max([month.received for month in months] + [month.used for month in months] + [1])
    # One scale for both directions; each side takes only the height that it needs.
    up = max((month.received for month in months), default=0) * UP // peak
    down = max((month.used for month in months), default=0) * DOWN // peak if peak else 0
    scale = UP / peak
    base = TOP + max(up, 24)
    step = 100 / max(len(months), 1)
    most_in, most_out = _extreme(months, "received"), _extreme(months, "used")
    bars = []
    for i, month in enumerate(months):
        x, width, middle = i * step + step * 0.14, step * 0.72, i * step + step / 2
        rise, fall = month.received * scale, month.used * scale
        down = max(down, int(fall))
        # Only figures of our own: nothing to escape.
        bars.append(
            f'<rect class="chart-in" x="{x:.2f}%" y="{base - rise:.1f}" width="{width:.2f}%" height="{rise:.1f}"/>'
            f'<rect class="chart-edge" fill="url(#{hatch})" x="{x:.2f}%" y="{base}" width="{width:.2f}%"'
            f' height="{fall:.1f}"/>'
        )
        if i == most_in:
            bars.append(_text(middle, base - rise - 6, _short(month.received), "chart-label"))
        if i == most_out:
            bars.append(_text(middle, base + fall + 16, _short(month.used), "chart-label"))
    height = base + down + FOOT
    labels = [
        _text(
            i * step + step / 2,
            height - 4,
            _month_label(month.month),
            "chart-minor" if (len(months) - 1 - i) % 2 else "",
        )
        for i, month in enumerate(months)
    ]
    rows = "".join(
        f'<tr><th scope="row">{month.month}</th><td class="num">{money.written(month.received)}</td>'
        f'<td class="num">{money.written(month.used)}</td></tr>'
        for month in reversed(months)
    )
    return {
        "rows": mark_safe(rows),
        "hatch": _pattern(hatch),
        "shapes": mark_safe("".join([*bars, *labels])),
        "height": height,
        "base": base,
        "note": note,
        "title_id": hatch + "-title",
    }


def _text(x: float, y: float, words: str, style: str = "") -> str:
    return f'<text x="{x:.2f}%" y="{y:.1f}" text-anchor="middle" class="{style}">{escape(words)}</text>'


def _month_label(month: str) -> str:
    return pgettext("chart month", "%(n)d月") % {"n": int(month[5:7])}


@register.inclusion_tag("components/composition.html")
def composition(slices: Sequence[Slice], total: int, caption: str = "", url: str = "") -> dict[str, Any]:
    """One bar and the sum beside it: what a balance is made of. The parts add up to `total` to the fen."""
    hatch, position, bars = _new_id(), 0.0, []
    whole = sum(max(part.fen, 0) for part in slices) or 1
    for part in slices:
        width = max(part.fen, 0) * 100 / whole
        if width:
            fill = format_html(' fill="url(#{})"', hatch) if part.look == "bound" else ""
            style = STYLES[part.look]
            bars.append(
                format_html(
                    '<rect class="{}"{} x="{}%" y="1" width="{}%" height="22"/>',
                    style, fill, f"{position:.3f}", f"{width:.3f}",
                )
            )  # fmt: skip
        position += width
    rows = [(part, _mark(part.look, hatch)) for part in slices]
    return {
        "rows": rows,
        "bars": mark_safe("".join(bars)),
        "hatch": _pattern(hatch),
        "total": total,
        "caption": caption,
        "url": url,
        "title_id": hatch + "-title",
    }


def _mark(look: str, hatch: str) -> SafeString:
    drawn = MARKS.get(look)
    shape = (
        mark_safe(drawn)
        if drawn
        else format_html(
            '<rect class="chart-edge" fill="url(#{})" x="0.5" y="0.5" width="13" height="13"/>', hatch
        )
    )
    return format_html('<svg class="sum-mark" viewBox="0 0 14 14" aria-hidden="true">{}</svg>', shape)


@register.simple_tag
def bar(part: int, whole: int, label: str = "") -> SafeString:
    """A thin bar: how much of `whole` is done (paid of what was approved, say). The words beside it say both."""
    share = min(max(part, 0) * 100 / whole, 100) if whole > 0 else 0
    return format_html(
        '<svg class="chart" width="100%" height="10" role="img" aria-label="{}">'
        '<rect class="chart-rest" width="100%" height="10"/><rect class="chart-in" width="{}%" height="10"/></svg>',
        label,
        f"{share:.2f}",
    )


@register.simple_tag
def sparkline(values: Sequence[int], top: int) -> SafeString:
    """Small bars of one row; all rows of a table share `top`, so that they compare."""
    step = 100 / max(len(values), 1)
    bars = format_html_join(
        "",
        '<rect class="chart-in" x="{}%" y="{}" width="{}%" height="{}"/>',
        (
            (
                f"{i * step + 2:.1f}",
                f"{27 - max(value, 0) * 27 / max(top, 1):.1f}",
                f"{step - 4:.1f}",
                f"{max(value, 0) * 27 / max(top, 1):.1f}",
            )
            for i, value in enumerate(values)
        ),
    )
    return format_html(
        '<svg class="chart spark" width="7rem" height="28" aria-hidden="true">{}'
        '<line class="chart-axis" x1="0" x2="100%" y1="27.25" y2="27.25"/></svg>',
        bars,
    )


@register.simple_tag
def shares(counts: Sequence[tuple[str, int, str]], unit: str = "") -> SafeString:
    """Rows of label, bar and count, all on one scale: 5 很满意 ▇▇▇ 64 人. Each count opens its address."""
    top = max([count for _label, count, _url in counts] + [1])
    return format_html(
        '<table class="table shares"><caption class="hidden">{}</caption><tbody>{}</tbody></table>',
        _("各有多少"),
        format_html_join(
            "",
            '<tr><th scope="row">{}</th><td class="shares-bar"><svg class="chart" width="100%" height="12" '
            'aria-hidden="true"><rect class="chart-in" width="{}%" height="12"/></svg></td>'
            '<td class="num"><a class="proof proof-inline" href="{}"><span class="proof-figure">{}</span></a> {}'
            "</td></tr>",
            ((label, f"{count * 100 / top:.1f}", url, count, unit) for label, count, url in counts),
        ),
    )
