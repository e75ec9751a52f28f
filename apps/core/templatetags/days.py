"""Days and moments as neighbours say them, in Shanghai's calendar: 11月23日（周一）18:00, 还剩 2 天 8 小时."""

from datetime import date, datetime

from django import template
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import clock

register = template.Library()

SECONDS_OF_HOUR, HOURS_OF_DAY = 3600, 24


def _local(value: datetime | date) -> datetime | date:
    return value.astimezone(clock.SHANGHAI) if isinstance(value, datetime) else value


@register.filter
def spoken_day(value: datetime | date | None) -> str:
    """A day in running text: 11月21日, with the year when it is not this year."""
    if value is None:
        return ""
    local = _local(value)
    # Translators: a day within this year, in Django's date format letters.
    pattern = _("n月j日") if local.year == clock.today().year else _("Y年n月j日")
    return formatted(local, pattern)


@register.filter
def spoken_month(month: str) -> str:
    """`2026-11` in running text: 2026年11月."""
    year, number = month.split("-")
    return formatted(date(int(year), int(number), 1), _("Y年n月"))


@register.filter
def spoken_moment(value: datetime | None) -> str:
    """A deadline: 11月23日（周一）18:00."""
    if value is None:
        return ""
    local = value.astimezone(clock.SHANGHAI)
    weekday = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[local.weekday()]
    return _("%(day)s（%(weekday)s）%(time)s") % {
        "day": spoken_day(value),
        "weekday": weekday,
        "time": local.strftime("%H:%M"),
    }


@register.filter
def spoken_weekday(value: date) -> str:
    """A day in a list of days: 11月23日（周一）."""
    weekday = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[value.weekday()]
    return _("%(day)s（%(weekday)s）") % {"day": spoken_day(value), "weekday": weekday}


@register.filter
def asof(value: datetime) -> str:
    """As of when a figure holds: 截至 11月21日 09:30."""
    local = value.astimezone(clock.SHANGHAI)
    return _("截至 %(day)s %(time)s") % {"day": spoken_day(value), "time": local.strftime("%H:%M")}


@register.filter
def remaining(until: datetime | None) -> str:
    """What is left until a deadline: 还剩 2 天 8 小时, or 已截止."""
    if until is None:
        return ""
    seconds = int((until - clock.now()).total_seconds())
    if seconds <= 0:
        return _("已截止")
    hours = seconds // SECONDS_OF_HOUR
    days, hours = divmod(hours, HOURS_OF_DAY)
    if days:
        return ngettext("还剩 %(days)d 天 %(hours)d 小时", "还剩 %(days)d 天 %(hours)d 小时", days) % {
            "days": days,
            "hours": hours,
        }
    if hours:
        return ngettext("还剩 %(hours)d 小时", "还剩 %(hours)d 小时", hours) % {"hours": hours}
    return _("还剩不到 1 小时")


@register.filter
def late_by(until: datetime | None) -> str:
    """How long a deadline has passed: 已晚 3 天, 已晚 5 小时."""
    if until is None:
        return ""
    hours = int((clock.now() - until).total_seconds()) // SECONDS_OF_HOUR
    days = hours // HOURS_OF_DAY
    if days > 0:
        return ngettext("已晚 %(days)d 天", "已晚 %(days)d 天", days) % {"days": days}
    return ngettext("已晚 %(hours)d 小时", "已晚 %(hours)d 小时", hours) % {"hours": max(hours, 0)}
