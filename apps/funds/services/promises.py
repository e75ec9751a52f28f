"""The fund's lock, and money promised out of it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import queries
from apps.funds.models import Fund, Reservation, Restriction
from apps.funds.states import FundState
from apps.users.models import User


def lock_fund(code: str) -> Fund:
    """Return the fund with its row locked until the transaction ends; lock several in the order of their codes.

    What a verb computes about the fund's money afterwards stays true until it commits. Raises Fund.DoesNotExist.
    """
    return lock_row(Fund, "host", "division", code=code)


@verb
def reserve(
    fund: Fund, *, amounts: Mapping[str, int], source_kind: str, source_code: str, by: User | None
) -> None:
    """Promise money of a fund: `amounts` is fen by restriction. Once per source, however often it is asked.

    Raises `Refused` when more is asked of a restriction than is available, naming how much is.
    """
    fund = lock_fund(fund.code)
    if not amounts or any(amount <= 0 for amount in amounts.values()):
        raise Refused(_("预留的金额要大于 0。"))
    booked = dict(
        Reservation.objects.filter(source_kind=source_kind, source_code=source_code).values_list(
            "restriction", "amount"
        )
    )
    if booked:
        if booked != dict(amounts):
            raise Refused(_("这件事已经预留过别的金额，不能再改。"))
        return
    if fund.state == FundState.CLOSED:
        raise Refused(_("%(fund)s已经关闭。") % {"fund": fund.name})
    available = queries.available(fund)
    for restriction, amount in amounts.items():
        if amount > available.get(restriction, 0):
            raise _too_much(fund, restriction, amount, max(available.get(restriction, 0), 0))
    Reservation.objects.bulk_create(
        Reservation(
            fund=fund,
            restriction=restriction,
            source_kind=source_kind,
            source_code=source_code,
            amount=amount,
            remaining=amount,
            made_at=clock.now(),
        )
        for restriction, amount in sorted(amounts.items())
    )
    audit.record(by, "reserve", fund, source=f"{source_kind}:{source_code}", amounts=dict(amounts))
    versions.bump(f"fund:{fund.code}")


def _too_much(fund: Fund, restriction: str, amount: int, available: int) -> Refused:
    facts = {"fund": fund.name, "amount": money.written(amount), "available": money.written(available)}
    if not restriction:
        return Refused(
            _("%(fund)s的非限定资金可以安排的只有 ¥%(available)s，不够 ¥%(amount)s。") % facts, "amount"
        )
    purpose = Restriction.objects.filter(code=restriction).values_list("purpose", flat=True).first()
    return Refused(
        _("%(fund)s限定用于“%(purpose)s”的钱可以安排的只有 ¥%(available)s，不够 ¥%(amount)s。")
        % {**facts, "purpose": purpose or restriction},
        "amount",
    )


@verb
def draw(source_kind: str, source_code: str, *, amounts: Mapping[str, int]) -> None:
    """Lower what is still promised by what is paid now, in fen by restriction. The caller holds the fund's lock.

    Raises `Refused` when more is paid than is still promised.
    """
    held = {
        row.restriction: row
        for row in Reservation.objects.filter(source_kind=source_kind, source_code=source_code)
    }
    for restriction, amount in amounts.items():
        row = held.get(restriction)
        if amount <= 0 or row is None or amount > row.remaining:
            raise Refused(
                _("这笔支付超过了还预留着的 ¥%(remaining)s。")
                % {"remaining": money.written(row.remaining if row else 0)},
                "amount",
            )
        row.remaining -= amount
        row.save(update_fields=["remaining"])


@verb
def give_back(source_kind: str, source_code: str, *, amounts: Mapping[str, int]) -> None:
    """Promise again what was drawn and came back, in fen by restriction: `draw` undone. The caller holds the fund's
    lock and has booked the money. Raises `Refused` beyond what was promised at first."""
    held = {
        row.restriction: row
        for row in Reservation.objects.filter(source_kind=source_kind, source_code=source_code)
    }
    for restriction, amount in amounts.items():
        row = held.get(restriction)
        if amount <= 0 or row is None or row.remaining + amount > row.amount:
            raise Refused(_("退回来的钱比当初预留的还多，请先核对。"), "amount")
        row.remaining += amount
        row.save(update_fields=["remaining"])


@verb
def release(source_kind: str, source_code: str, *, by: User | None) -> dict[str, int]:
    """Give back what is still promised to a source; return it in fen by restriction. A second call gives nothing."""
    code = (
        Reservation.objects.filter(source_kind=source_kind, source_code=source_code)
        .values_list("fund__code", flat=True)
        .first()
    )
    if code is None:
        return {}
    fund = lock_fund(code)
    freed = {}
    for row in Reservation.objects.filter(source_kind=source_kind, source_code=source_code, remaining__gt=0):
        freed[row.restriction] = row.remaining
        row.remaining = 0
        row.save(update_fields=["remaining"])
    if freed:
        audit.record(by, "release", fund, source=f"{source_kind}:{source_code}", amounts=freed)
        versions.bump(f"fund:{fund.code}")
    return freed
