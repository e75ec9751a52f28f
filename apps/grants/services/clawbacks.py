"""Asking grant money back, and booking what returns (慈善法第六十条)."""

from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.queries import heir_of
from apps.grants import notices, permissions, rules
from apps.grants.models import Clawback, ClawbackReturn, Grant
from apps.grants.services.locks import changed, lock_grant
from apps.ledger import services as ledger
from apps.ledger.rules import Draft, EntryKind, Line
from apps.users.models import User


@verb
def ask_back(grant: Grant, *, amount: int, reason: str, by: User) -> Clawback:
    """Ask `amount` fen of a grant back from the organisation, with a reason that is shown publicly.

    Raises `Refused` when all that is asked together would be more than was paid.
    """
    grant = lock_grant(grant)
    permissions.may_ask_back(by, grant).require()
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明追回的原因，原因会公开。"), "reason")
    paid = sum(grant.sources.values_list("paid", flat=True))
    asked = grant.clawbacks.aggregate(total=Sum("asked"))["total"] or 0
    if not 0 < amount <= paid - asked:
        raise Refused(
            _("最多还能追回 ¥%(most)s（已付 ¥%(paid)s，已要求追回 ¥%(asked)s）。")
            % {
                "most": money.written(paid - asked),
                "paid": money.written(paid),
                "asked": money.written(asked),
            },
            "amount",
        )
    clawback = Clawback.objects.create(
        code=new_code("B"),
        grant=grant,
        asked=amount,
        reason=reason,
        asked_at=clock.now(),
        asked_by_id=by.pk,
    )
    audit.record(by, "ask_back", clawback, grant=grant.code, amount=amount)
    notices.asked_back(clawback)
    changed(grant)
    return clawback


@verb
def return_money(
    clawback: Clawback, *, amount: int, received_on: date, bank_reference: str, by: User
) -> ClawbackReturn:
    """Book `amount` fen that came back on a clawback, into the sources it was paid from, in proportion.

    It lowers the expense it was (Dr bank / Cr programme expense, same restrictions) and the fund may use it again.
    Booking the same bank reference with the same amount and day again changes nothing.
    """
    grant = lock_grant(clawback.grant)
    clawback = lock_row(Clawback, pk=clawback.pk)
    clawback.grant = grant
    reference = clean_text(bank_reference, field="bank_reference", limit=60)
    if not reference:
        raise Refused(_("请写银行流水号，对账要用。"), "bank_reference")
    permissions.may_book_return(by, clawback).require()
    booked = ClawbackReturn.objects.filter(
        clawback__grant__fund__host=grant.fund.host, bank_reference=reference
    ).first()
    if booked is not None:
        same = (booked.clawback_id, booked.amount, booked.received_on) == (clawback.pk, amount, received_on)
        if same:
            return booked
        raise Refused(_("这个银行流水号已经登记过另一笔退款，请核对。"), "bank_reference")
    left = clawback.outstanding
    if not 0 < amount <= left:
        raise Refused(_("这笔追回还差 ¥%(left)s，请核对金额。") % {"left": money.written(left)}, "amount")
    if not clock.day_of(clawback.asked_at) <= received_on <= clock.today():
        raise Refused(_("到账日期要在提出追回以后、今天或今天以前。"), "received_on")
    parts = _give_back(grant, amount)
    clawback.returned += amount
    clawback.save(update_fields=["returned"])
    row = ClawbackReturn.objects.create(
        code=new_code("Y"),
        clawback=clawback,
        amount=amount,
        received_on=received_on,
        bank_reference=reference,
        recorded_at=clock.now(),
        recorded_by_id=by.pk,
    )
    ledger.hold_months([(grant.fund.host.code, received_on)])
    lines = []
    for restriction, part in parts.items():
        book = heir_of(grant.fund, restriction)
        lines += [
            Line("bank_deposits", part, book.fund.code, book.restriction, project=grant.project.code),
            Line("programme_expense", -part, book.fund.code, book.restriction, project=grant.project.code),
        ]
        versions.bump(f"fund:{book.fund.code}")
    ledger.post(
        Draft(
            kind=EntryKind.GRANT_RETURN,
            source=row.code,
            host=grant.fund.host.code,
            day=received_on,
            lines=lines,
            memo=grant.project.title,
        ),
        by=by,
    )
    audit.record(by, "return_money", clawback, amount=amount, returned=clawback.returned)
    changed(grant)
    return row


def _give_back(grant: Grant, amount: int) -> dict[str, int]:
    """Spread what returned over the sources it was paid from and note it there; return fen by restriction."""
    sources = {source.restriction: source for source in grant.sources.order_by("id")}
    parts = rules.share(amount, {code: source.paid - source.returned for code, source in sources.items()})
    for restriction, part in parts.items():
        source = sources[restriction]
        source.returned += part
        source.save(update_fields=["returned"])
    return parts
