"""What the figures of a board are made of: each opens to rows that add up to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.money import written
from apps.funds.models import Fund
from apps.funds.rules import EffectiveRules
from apps.grants.models import Clawback, Grant, Instalment, Payment
from apps.grants.queries.boards import OUTSTANDING, Board, in_year, is_late
from apps.grants.queries.unproven import Unproven, overdue_on
from apps.grants.rules.boards import Line, percent, share_bp
from apps.grants.states import CANCELLED, DUE, PAID, PREPARED


@dataclass(frozen=True)
class BoardRow:
    """One row under a figure: a grant, a payee or a fund, with what makes it part of the figure, in fen."""

    title: str
    fund: str
    words: str
    amount: int
    grant: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Opened:
    """What a figure opens to: the things it is made of, the row that each makes, and what they add up to."""

    title: str
    things: Sequence[Any] | QuerySet[Any]
    row: Callable[[Any], BoardRow]
    total: int


def opened(what: str, board: Board, funds: QuerySet[Fund], year: int | None) -> Opened | None:
    """Return what one figure of a board opens to; None for what is no figure of it."""
    makers: dict[str, Callable[[], Opened]] = {
        "planned": lambda: _planned(board, funds, year),
        "paid": lambda: _paid(board, funds, year),
        "due": lambda: _due(board, funds),
        "late": lambda: _late(board, funds),
        "unproven": lambda: _unproven(board),
        "owed": lambda: _owed(board, funds),
        "crowded": lambda: _crowded(board),
        "split": lambda: _split(board),
        "idle": lambda: _idle(board),
    }
    return makers[what]() if what in makers else None


def _of(grant: Grant, words: str, amount: int) -> BoardRow:
    return BoardRow(
        grant.project.title,
        grant.fund.name,
        _(" · ").join([grant.project.organisation.name, words]),
        amount,
        grant=grant.code,
    )


def _grants(funds: QuerySet[Fund]) -> QuerySet[Grant]:
    found = Grant.objects.filter(fund__in=funds.order_by().values("pk"))
    return found.select_related("fund", "project__organisation")


def _within(prefix: str) -> list[str]:
    return [f"{prefix}grant__fund", f"{prefix}grant__project__organisation"]


def _planned(board: Board, funds: QuerySet[Fund], year: int | None) -> Opened:
    planned = Coalesce(Sum("instalments__amount", filter=~Q(instalments__state=CANCELLED)), 0)
    paid = Coalesce(Sum("instalments__amount", filter=Q(instalments__state=PAID)), 0)
    things = _grants(funds).filter(in_year(year, "awarded_at")).annotate(planned=planned, paid=paid)

    def row(grant: Any) -> BoardRow:
        words = _("%(state)s，已付 ¥%(paid)s") % {
            "state": grant.get_state_display(),
            "paid": written(grant.paid),
        }
        return _of(grant, words, grant.planned)

    rows = things.exclude(planned=0).order_by("-planned", "code")
    return Opened(_("批准的资助"), rows, row, board.total("planned"))


def _paid(board: Board, funds: QuerySet[Fund], year: int | None) -> Opened:
    things = Payment.objects.filter(
        in_year(year, "instalment__grant__awarded_at"),
        instalment__grant__fund__in=funds.order_by().values("pk"),
        state=Payment.State.PAID,
    ).select_related(*_within("instalment__"))

    def row(payment: Payment) -> BoardRow:
        day = payment.paid_on.isoformat() if payment.paid_on else ""
        words = _("第 %(number)d 期，%(day)s") % {"number": payment.instalment.number, "day": day}
        return _of(payment.instalment.grant, words, payment.amount)

    return Opened(_("已付的资助"), things.order_by("-paid_on", "-pk"), row, board.total("paid"))


def _due(board: Board, funds: QuerySet[Fund]) -> Opened:
    things = Instalment.objects.filter(
        grant__fund__in=funds.order_by().values("pk"), state__in=[DUE, PREPARED]
    ).select_related(*_within(""))

    def row(instalment: Instalment) -> BoardRow:
        words = _("第 %(number)d 期，%(state)s") % {
            "number": instalment.number,
            "state": instalment.get_state_display(),
        }
        return _of(instalment.grant, words, instalment.amount)

    rows = things.order_by("grant__awarded_at", "grant_id", "number")
    return Opened(_("现在可以付的"), rows, row, board.total("due"))


def _late(board: Board, funds: QuerySet[Fund]) -> Opened:
    today = clock.today()

    def row(grant: Any) -> BoardRow:
        # A milestone's report may be late before the work's last day, and then the closing report too.
        missed, ends_on = grant.overdue, grant.project.ends_on
        words = (
            _("应在 %(day)s 交进展，已过 %(days)d 天")
            if missed
            else _("应在 %(day)s 做完，已过 %(days)d 天，没有结项成果")
        )
        day = missed or ends_on
        return _of(grant, words % {"day": day.isoformat(), "days": (today - day).days}, grant.amount)

    found = _grants(funds).annotate(overdue=overdue_on(today)).filter(is_late(today))
    things = found.order_by(Coalesce("overdue", "project__ends_on"), "code")
    return Opened(_("到期没交成果"), things, row, sum(things.values_list("amount", flat=True)))


def _unproven(board: Board) -> Opened:
    def row(one: Unproven) -> BoardRow:
        words = _(" · ").join([one.organisation, one.words])
        return BoardRow(one.title, one.fund_name, words, one.amount, grant=one.grant)

    return Opened(_("付了钱，成果或票据没齐"), board.unproven, row, board.total("unproven_paid"))


def _owed(board: Board, funds: QuerySet[Fund]) -> Opened:
    things = Clawback.objects.filter(grant__fund__in=funds.order_by().values("pk")).annotate(open=OUTSTANDING)

    def row(clawback: Any) -> BoardRow:
        words = _("%(day)s 起追回 ¥%(asked)s，已到 ¥%(returned)s：%(reason)s") % {
            "day": clock.day_of(clawback.asked_at).isoformat(),
            "asked": written(clawback.asked),
            "returned": written(clawback.returned),
            "reason": clawback.reason,
        }
        return _of(clawback.grant, words, clawback.open)

    rows = things.filter(open__gt=0).select_related(*_within("")).order_by("asked_at", "pk")
    return Opened(_("追回还没到的"), rows, row, board.total("owed"))


def _crowded(board: Board) -> Opened:
    """Who got how much of a year's grants of each fund, the largest share first."""
    rows = []
    for line in board.lines:
        theirs = board.recent.get(line.pk, {})
        whole = sum(theirs.values())
        for key, amount in theirs.items():
            payee, part = board.names[key], share_bp(amount, whole)
            words = _("占近一年资助的 %(share)s") % {"share": percent(part)}
            if payee.shares_account:
                words += _("；收款是同一个账户")
            if "crowded" in line.alarms and part == line.payee_bp:
                words += _("；") + _clause(board.rules[line.pk], "payee_share_max_bp")
            rows.append((-part, -amount, BoardRow(payee.name, line.name, words, amount)))
    rows.sort(key=lambda one: (one[0], one[1], one[2].title))
    shown = [row for _part, _amount, row in rows]
    return Opened(_("近一年钱给了谁"), shown, lambda row: row, sum(row.amount for row in shown))


def _split(board: Board) -> Opened:
    """The sets of grants that together pass under a review, the largest first."""
    codes = {code for line in board.lines for split in line.splits for code in split.codes}
    titles = dict(Grant.objects.filter(code__in=codes).values_list("code", "project__title"))
    shown = []
    for line in board.lines:
        for split in line.splits:
            days = _("%(first)s 到 %(last)s 共 %(count)d 笔") % {
                "first": split.first.isoformat(),
                "last": split.last.isoformat(),
                "count": len(split.codes),
            }
            words = _("；").join([days, *(_clause(board.rules[line.pk], key) for key in split.keys)])
            parts = [(code, titles[code]) for code in split.codes]
            name = board.names[split.payee].name
            shown.append(BoardRow(name, line.name, words, split.total, parts=parts))
    shown.sort(key=lambda row: (-row.amount, row.title))
    return Opened(_("可能拆分的资助"), shown, lambda row: row, sum(row.amount for row in shown))


def _clause(rules: EffectiveRules, key: str) -> str:
    rule = rules[key]
    return _("%(rule)s（%(source)s）") % {"rule": rule.words, "source": rule.provenance}


def _idle(board: Board) -> Opened:
    """The funds whose money lies unused for as long as their rules call idle, the longest first."""
    lines = sorted(board.ringing("idle"), key=lambda line: (-line.idle_months, -line.free, line.code))

    def row(line: Line) -> BoardRow:
        clause = _clause(board.rules[line.pk], "idle_months")
        return BoardRow(line.name, line.name, _("；").join([alarm_words("idle", line), clause]), line.free)

    return Opened(_("放着没用的钱"), lines, row, sum(line.free for line in lines))


def alarm_words(alarm: str, line: Line) -> str:
    """Return what rings on a line, in a few words; the rows that it opens to name the clause."""
    match alarm:
        case "late":
            since = line.late_since.isoformat() if line.late_since else ""
            facts: dict[str, object] = {"count": line.late, "day": since}
            return _("%(count)d 笔到期没交成果，最早的应在 %(day)s 交") % facts
        case "unproven":
            facts = {"count": line.unproven, "paid": written(line.unproven_paid)}
            return _("%(count)d 笔付了钱，成果或票据没齐，涉及 ¥%(paid)s") % facts
        case "crowded":
            return _("%(payee)s 得到近一年资助的 %(share)s") % {
                "payee": line.payee,
                "share": line.payee_share,
            }
        case "split":
            return _("%(count)d 组资助每笔都不用报审，合起来却超过") % {"count": len(line.splits)}
        case "idle":
            return _("%(months)d 个月没有新的资助") % {"months": line.idle_months}
        case _:
            return _("追回还差 ¥%(owed)s") % {"owed": written(line.owed)}
