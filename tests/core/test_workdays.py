"""Working days follow the State Council's notices where they are known, else the weekdays."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core import workdays
from apps.core.models import CalendarDay

FILES = Path(workdays.__file__).parent / "calendar"
MOVED = {
    day: worked for year in (2025, 2026) for day, worked, _note in workdays.read_days(FILES / f"{year}.csv")
}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
        # 春节 2026: the 14th and the 28th are worked, the 15th to the 23rd are off.
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        # 国庆 2026 and the Sunday worked before it.
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        # 春节 2025 and the turn of the years.
        (date(2025, 1, 24), 2, date(2025, 1, 27)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        # No notice yet: weekdays.
        (date(2027, 10, 1), 1, date(2027, 10, 4)),
    ],
    ids=str,
)
def test_the_nth_working_day(start: date, count: int, end: date) -> None:
    assert workdays.after(start, count, MOVED) == end


def test_the_files_move_weekends_to_work_and_hold_the_notices_number_of_days() -> None:
    for year, off, on in ((2025, 28, 5), (2026, 33, 6)):
        days = {day: worked for day, worked in MOVED.items() if day.year == year}
        assert (sum(not worked for worked in days.values()), sum(days.values())) == (off, on)
        assert all(day.weekday() >= workdays.WEEKEND for day, worked in days.items() if worked)
    assert workdays.known_until(MOVED) == 2026
    assert workdays.known_until([]) is None


@pytest.mark.django_db
def test_a_year_is_loaded_whole_and_once(tmp_path: Path) -> None:
    CalendarDay.objects.all().delete()
    file = tmp_path / "2027.csv"
    file.write_text("day,is_work,note\n2027-01-01,0,元旦\n2027-01-03,1,元旦调休\n", encoding="utf-8")
    for _turn in range(2):
        call_command("load_holidays", file)
    assert workdays.moved_days() == {date(2027, 1, 1): False, date(2027, 1, 3): True}
    for broken in ("day,is_work\n2027-02-30,0\n", "day,is_work\n2027-02-03,2\n", "when\n2027\n"):
        file.write_text(broken, encoding="utf-8")
        with pytest.raises(CommandError, match="row 2"):
            call_command("load_holidays", file)
