"""Directed fundraising (定向募捐): whom the host may ask, how long, and when somebody is asked. Plain values only.

Charity Law, articles 29 and 30: from its registration on a charity may ask its founders, council members and members,
and tells them the purpose and the use; it does so neither in the ways of public fundraising nor in disguise of them.
"""

from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from apps.core.moves import Moves

LONG_TEXT, MOST_FAULTS = 4000, 50
# How long a link opens the page unless the appeal ends before: no rule says, so this is a default of ours.
LINK_LASTS = timedelta(days=30)
# How often whoever holds a link may name the invited person's contact wrongly before the link is dead.
MOST_TRIES = 5


class Capacity(TextChoices):
    """What makes a person one whom the host may ask (Charity Law, article 29)."""

    FOUNDER = "founder", gettext_lazy("发起人")
    COUNCIL = "council", gettext_lazy("理事会成员")
    MEMBER = "member", gettext_lazy("会员")


class AppealState(TextChoices):
    """How far an appeal is."""

    DRAFT = "draft", gettext_lazy("草稿")
    OPEN = "open", gettext_lazy("进行中")
    CLOSED = "closed", gettext_lazy("已结束")


class Removal(TextChoices):
    """Why somebody is no longer asked."""

    STAFF = "staff", gettext_lazy("不在范围里了")
    OWN_WISH = "own", gettext_lazy("本人不参加")
    ERASED = "erased", gettext_lazy("资料已删除")


# A text once shown to those who were asked stays: another purpose is another appeal.
APPEAL_MOVES: Moves = {"draft": frozenset({"open", "closed"}), "open": frozenset({"closed"})}


def stands(
    *,
    checked_at: datetime | None,
    removed_at: datetime | None,
    moment: datetime,
    until: datetime | None = None,
) -> bool:
    """Whether somebody was on the audience at a moment, or at some moment from it to `until`."""
    last = until or moment
    return checked_at is not None and checked_at <= last and (removed_at is None or moment <= removed_at)


def link_until(today: date, ends_on: date) -> date:
    """Return the last day of a link sent today."""
    return min(ends_on, today + LINK_LASTS)
