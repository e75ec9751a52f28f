"""Figures on pages: money in the double-rule language, dates in Shanghai's calendar."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import clock, money

register = template.Library()


@register.filter
def amount(fen: int | None) -> str:
    """Fen as `1,234.56`, for columns."""
    return "" if fen is None else money.written(int(fen))


@register.filter
def signed(fen: int) -> str:
    """Fen as `+1,234.56` or `−1,234.56`."""
    return money.written(int(fen), sign=True)


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as `¥1,234.56`, for running text."""
    if fen is None:
        return ""
    written = money.written(int(fen))
    return f"\u2212¥{written[1:]}" if written.startswith("\u2212") else f"¥{written}"


@register.filter
def hero(fen: int) -> SafeString:
    """Fen as a large figure whose ¥ and decimals are half size."""
    whole, part = yuan(fen).rsplit(".", 1)
    sign, digits = whole.split("¥")
    return format_html(
        '<span class="figure">{}<small>¥</small>{}<small>.{}</small></span>', sign, digits, part
    )


@register.filter
def percent(basis_points: int) -> str:
    """A share in basis points as `12.5%`."""
    return money.percent(int(basis_points))


@register.filter
def day(moment: datetime | date | None) -> str:
    """A moment's Shanghai day as `2026-11-21`."""
    if moment is None:
        return ""
    return (clock.day_of(moment) if isinstance(moment, datetime) else moment).isoformat()


@register.filter
def moment(value: datetime | None) -> str:
    """A moment as `2026-11-21 18:00` in Shanghai."""
    return "" if value is None else value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


@register.filter
def month(moment: datetime) -> str:
    """A moment's Shanghai month as `2026-11`."""
    return day(moment)[:7]
