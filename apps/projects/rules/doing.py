"""What may be written down of spending and occasions, and how spending stands against a budget. Fen, plain values."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

MAX_AREAS = 20
MAX_HOURS_EACH = 24


@dataclass(frozen=True)
class Area:
    """A rectangle of a picture in percent of its width and height, from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Against:
    """A sum that was spent against what was planned for it."""

    planned: int
    spent: int

    @property
    def over(self) -> int:
        """By how much the plan is exceeded; 0 within it."""
        return max(self.spent - self.planned, 0)

    @property
    def left(self) -> int:
        """What is left of the plan; 0 beyond it."""
        return max(self.planned - self.spent, 0)

    @property
    def signed_left(self) -> int:
        """What is left of the plan, below 0 beyond it."""
        return self.planned - self.spent


def check_day(day: date, *, first: date, today: date, field: str) -> None:
    """Raise `Refused` for a day before the project began or after today."""
    if day > today:
        raise Refused(_("日期还没有到，请写已经发生的日期。"), field)
    if day < first:
        raise Refused(
            _("日期在项目开始（%(first)s）以前，不能算在这个项目里。") % {"first": first.isoformat()}, field
        )


def read_areas(text: str) -> list[Area]:
    """Read rectangles, one a line: left, top, width, height in percent. Raises `Refused` naming the line."""
    found = []
    for number, line in enumerate((one for one in text.splitlines() if one.strip()), 1):
        parts = line.replace("，", ",").replace("%", "").split(",")
        try:
            values = [float(part) for part in parts]
        except ValueError:
            values = []
        if (
            len(values) != 4
            or not all(0 <= value <= 100 for value in values)
            or not (values[2] > 0 and values[3] > 0)
        ):
            raise Refused(
                _("第 %(number)d 行要写四个 0 到 100 的数：左, 上, 宽, 高（占照片的百分比）。")
                % {"number": number},
                "areas",
            )
        found.append(Area(*values))
    if not found:
        raise Refused(_("请至少画一块要遮的地方。"), "areas")
    if len(found) > MAX_AREAS:
        raise Refused(_("一张照片最多遮 %(limit)d 块。") % {"limit": MAX_AREAS}, "areas")
    return found


def check_volunteers(volunteers: int, minutes: int) -> None:
    """Raise `Refused` for hours without volunteers, or more hours than a day has for each."""
    if minutes and not volunteers:
        raise Refused(_("写了志愿时长，也请写几个志愿者。"), "volunteers")
    if minutes > volunteers * MAX_HOURS_EACH * 60:
        raise Refused(_("志愿时长比这些人一天能做的还多，请核对。"), "hours")
