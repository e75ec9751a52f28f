"""What an application, a report and a rating must be, on plain values. Amounts are integer fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.core.codes import ALPHABET
from apps.core.money import MAX_FEN, written
from apps.core.verdicts import Refused

MAX_BUDGET_LINES = 60
MAX_LENGTH = timedelta(days=3 * 366)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MAX_PERSONS = 10_000_000
MAX_PHOTOS = 9
MAX_DOCUMENTS = 3
# Files that one person may have waiting for reports that were not filed, over all projects.
MAX_WAITING = 60
# How long they wait. This system's own, not a rule of law.
FILES_WAIT = timedelta(days=14)
MAX_CODES_AT_ONCE = 500
# Cards of one sheet, ten to a page: as many as are drawn while somebody waits.
MAX_CARDS = 100
RATING_CODE_LENGTH = 8
MAX_STARS = 5


CODE_LENGTH = 10


def is_form_key(text: str, prefix: str) -> bool:
    """Tell whether a key that came back with a form can serve as the code of what the form makes.

    The page hands the key out; sending the same form twice then makes one thing.
    """
    return (
        text.startswith(prefix)
        and len(text) == len(prefix) + CODE_LENGTH
        and set(text[len(prefix) :]) <= set(ALPHABET)
    )


def is_file_key(text: str) -> bool:
    """Tell whether a key can have been made where a file was chosen: random or a fingerprint, letters and digits."""
    return 16 <= len(text) <= 64 and text.isascii() and text.isalnum()


def file_name(name: str, *, limit: int) -> str:
    """Return what a sender's telephone calls a file, fit to be shown to the sender again: no folders, nothing
    invisible, the end kept when it is too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable())[-limit:]


def check_room(*, photos: int, documents: int, waiting: int = 0) -> None:
    """Raise `Refused` when one more file would be too many: `photos` and `documents` of the report with the new one,
    `waiting` of the sender over all reports."""
    if photos > MAX_PHOTOS:
        raise Refused(_("一次最多传 %(limit)d 张照片。") % {"limit": MAX_PHOTOS}, "photos")
    if documents > MAX_DOCUMENTS:
        raise Refused(_("一次最多传 %(limit)d 份 PDF。") % {"limit": MAX_DOCUMENTS}, "photos")
    if waiting > MAX_WAITING:
        raise Refused(_("您还有很多文件传了没有交，请先把那些成果交上去，或者去掉几个。"), "photos")


@dataclass(frozen=True)
class BudgetItem:
    """One line of a budget before it is a row."""

    cost_type: str
    words: str
    amount: int


def budget_total(items: Sequence[BudgetItem]) -> int:
    """Return what the lines add up to. Raises `Refused` for no line, too many, or an amount that cannot be."""
    if not items:
        raise Refused(_("请至少写一行预算。"), "budget")
    if len(items) > MAX_BUDGET_LINES:
        raise Refused(_("预算最多 %(limit)d 行，请把相近的合并。") % {"limit": MAX_BUDGET_LINES}, "budget")
    if any(item.amount <= 0 for item in items):
        raise Refused(_("预算每一行的金额都要大于 0。"), "budget")
    total = sum(item.amount for item in items)
    if total > MAX_FEN:
        raise Refused(
            _("预算合计 ¥%(total)s，超过了 ¥%(limit)s。")
            % {"total": written(total), "limit": written(MAX_FEN)},
            "budget",
        )
    return total


def lead_share(asked: int, others: Sequence[int]) -> int:
    """Return the fen that are left for the fund that was applied to when others pay theirs.

    Raises `Refused` for a share that is not above 0, and when nothing is left for the first fund.
    """
    if any(amount <= 0 for amount in others):
        raise Refused(_("每个基金出的钱都要大于 0。"), "partners")
    left = asked - sum(others)
    if left <= 0:
        raise Refused(
            _("其他基金出的 ¥%(others)s 不能等于或超过申请的 ¥%(asked)s，牵头的基金也要出一份。")
            % {"others": written(sum(others)), "asked": written(asked)},
            "partners",
        )
    return left


def check_dates(starts_on: date, ends_on: date, *, today: date | None = None) -> None:
    """Raise `Refused` unless the days are in order and sensible; with `today`, the work must not be over already."""
    if not EARLIEST <= starts_on < LATEST:
        raise Refused(_("开始日期不对，请核对年份。"), "starts_on")
    if not EARLIEST <= ends_on < LATEST:
        raise Refused(_("结束日期不对，请核对年份。"), "ends_on")
    if ends_on < starts_on:
        raise Refused(_("结束日期要在开始日期之后（同一天也可以）。"), "ends_on")
    if ends_on - starts_on > MAX_LENGTH:
        raise Refused(_("一个项目最长三年，请分期申请。"), "ends_on")
    if today is not None and ends_on < today:
        raise Refused(_("结束日期已经过了，请改成将来的日期再提交。"), "ends_on")


def check_reach(persons: int, person_times: int) -> None:
    """Raise `Refused` unless at least one person is served, each at least once."""
    if not 1 <= persons <= MAX_PERSONS:
        raise Refused(_("服务人数要在 1 到 %(most)d 之间。") % {"most": MAX_PERSONS}, "persons")
    if not persons <= person_times <= MAX_PERSONS:
        raise Refused(
            _("服务人次不能少于人数：同一个人来几次算几人次，最多 %(most)d。") % {"most": MAX_PERSONS},
            "person_times",
        )


def latest_card_day(today: date) -> date:
    """Return the last day that a card may say it is taken until."""
    return today + timedelta(days=366)


def usual_card_day(today: date, ends_on: date) -> date:
    """Return until when a card is taken unless told otherwise: 60 days after the work ends, at least 60 from today.

    This system's own number, not a rule of law.
    """
    return min(max(today, ends_on) + timedelta(days=60), latest_card_day(today))


def read_rating_code(text: str) -> str:
    """Return what someone typed as a code would be stored: without spaces and dashes, in capitals.

    Raises `Refused` for what can be no code.
    """
    code = "".join(character for character in text.upper() if character not in " -\u3000\t").strip()
    if len(code) != RATING_CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise Refused(
            _("评价码是 %(length)d 个字母和数字，请照卡片上的再输一遍。") % {"length": RATING_CODE_LENGTH},
            "code",
        )
    return code


def spoken_code(code: str) -> str:
    """Return a rating code in two halves, easier to read off a card."""
    half = RATING_CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"
