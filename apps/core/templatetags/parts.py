"""The parts of a page that repeat: figures that open, rows of a sum, states with their glyph.

Two lines under a figure mean that it is proven and opens to what it is made of.
"""

from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core import money
from apps.core.templatetags.figures import hero, yuan

register = template.Library()

# state of any thing -> (glyph, look): "now" waits for someone, "done" is settled in favour, "" is neither.
STATES: dict[str, tuple[str, str]] = {
    "draft": ("○", ""),
    "submitted": ("○", ""),
    "waiting": ("○", ""),
    "started": ("○", ""),
    "filed": ("○", ""),
    "tabled": ("◔", ""),
    "pending": ("◔", ""),
    "notice": ("◔", ""),
    "party_review": ("◔", ""),
    "noticed": ("◔", ""),
    "running": ("◔", ""),
    "prepared": ("◔", ""),
    "asked": ("◔", ""),
    "part": ("◔", ""),
    "new": ("◔", ""),
    "open": ("●", "now"),
    "due": ("●", "now"),
    "late": ("!", "now"),
    "overdue": ("!", "now"),
    "suspended": ("!", "now"),
    "urgent": ("!", "now"),
    "soon": ("◔", ""),
    "merged": ("→", ""),
    "met": ("✓", "done"),
    "checked": ("✓", "done"),
    "partly": ("◔", "now"),
    "not_met": ("✗", "now"),
    "parked": ("!", "now"),
    "carried": ("✓", "done"),
    "in_force": ("✓", "done"),
    "approved": ("✓", "done"),
    "accepted": ("✓", "done"),
    "passed": ("✓", "done"),
    "current": ("●", "now"),
    "paid": ("✓", "done"),
    "booked": ("✓", "done"),
    "published": ("✓", "done"),
    "matched": ("✓", "done"),
    "done": ("✓", "done"),
    "fulfilled": ("✓", "done"),
    "active": ("✓", "done"),
    "closed": ("✓", ""),
    "lost": ("✗", ""),
    "declined": ("✗", ""),
    "rejected": ("✗", ""),
    "refused": ("✗", ""),
    "returned": ("✗", ""),
    "failed": ("✗", ""),
    "expired": ("✗", ""),
    "withdrawn": ("✗", ""),
    "cancelled": ("✗", ""),
    "released": ("✗", ""),
    "terminated": ("✗", ""),
    "dismissed": ("✗", ""),
    "sent": ("◔", ""),
    "bounced": ("↺", "now"),
    "upheld": ("✓", "done"),
    "recused": ("⊘", ""),
    "corrected": ("↺", ""),
}


@register.simple_tag
def state(key: str, label: str) -> SafeString:
    """A state as glyph, word and border: `{% state motion.state motion.get_state_display %}`."""
    glyph, look = STATES.get(key, ("○", ""))
    return format_html(
        '<span class="tag{}"><span aria-hidden="true">{}</span> {}</span>',
        f" tag-{look}" if look else "",
        glyph,
        label,
    )


@register.simple_tag
def section_head(title: str, url: str = "", more: str = "", id: str = "") -> SafeString:
    """The heading of a section: what `components/section_head.html` writes, for pages that have many of them."""
    return format_html(
        '<div class="section-head"><h2{}>{}</h2>{}</div>',
        format_html(' id="{}"', id) if id else "",
        title,
        format_html('<a href="{}">{}</a>', url, more) if url else "",
    )


def _proof(figure: str | SafeString, url: str, word: str) -> SafeString:
    if not url:
        return format_html('<span class="proven">{}</span>', figure)
    return format_html(
        '<a class="proof" href="{}"><span class="proof-figure">{}</span>'
        '<span class="proof-word"><span>{}</span></span></a>',
        url,
        figure,
        word or _("构成"),
    )


@register.simple_tag
def proof(fen: int, url: str = "", word: str = "") -> SafeString:
    """An amount in running text that opens: ¥1,234.56 with two lines and a word (构成, 逐笔, 凭证, 依据, 名单)."""
    return _proof(yuan(fen), url, word)


@register.simple_tag
def proof_hero(fen: int, url: str = "", word: str = "") -> SafeString:
    """The one large amount of a page, with two lines and a word."""
    return format_html('<p class="hero-figure">{}</p>', _proof(hero(fen), url, word))


@register.simple_tag
def proof_count(count: int | str, unit: str = "", url: str = "", word: str = "") -> SafeString:
    """A counted figure for `<dl class="figures">`, with its unit."""
    shown = f"{count:,}" if isinstance(count, int) else count
    if not url:
        return format_html('<span class="proof-figure">{}</span><span class="unit">{}</span>', shown, unit)
    return format_html(
        '<a class="proof" href="{}"><span class="proof-figure">{}</span><span class="unit">{}</span>'
        '<span class="proof-word"><span>{}</span></span></a>',
        url,
        shown,
        unit,
        word or _("名单"),
    )


@register.simple_tag
def sum_row(
    sign: str,
    label: str,
    fen: int,
    url: str = "",
    word: str = "",
    note: str = "",
    mark: str | SafeString = "",
) -> SafeString:
    """One row of a school sum: sign ("", "+", "−"), label, amount; with `url` the amount opens."""
    return format_html(
        '<tr><td class="sum-sign">{}</td><th scope="row">{}{}</th><td class="sum-amount{}">{}</td></tr>',
        mark or sign,
        label,
        format_html(" <small>{}</small>", note) if note else "",
        "" if url else " sum-plain",
        _proof(money.written(fen), url, word) if url else money.written(fen),
    )


@register.simple_tag
def sum_total(
    label: str, fen: int, url: str = "", word: str = "", note: str = "", large: bool = False, sign: str = "="
) -> SafeString:
    """The last row of a school sum, under the rule and over the double rule."""
    return format_html(
        '<tr class="sum-total"><td class="sum-sign">{}</td><th scope="row">{}{}</th>'
        '<td class="sum-amount{}">{}</td></tr>',
        sign,
        label,
        format_html(" <small>{}</small>", note) if note else "",
        "" if url else " sum-plain",
        _proof(hero(fen) if large else money.written(fen), url, word),
    )


@register.filter
def grouped(count: int) -> str:
    """A counted figure in running text with its thousands: 4,212."""
    return f"{count:,}"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query string with some values changed: `href="{% query page=2 %}"`; None drops one."""
    values: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            values.pop(name, None)
        else:
            values[name] = str(value)
    return "?" + values.urlencode()
