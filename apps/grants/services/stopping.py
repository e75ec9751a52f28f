"""A prepared payment is stopped: by the person who sends it back, or because something it rested on has changed."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.moves import check_move
from apps.grants import notices
from apps.grants.models import Instalment, Payment
from apps.grants.states import INSTALMENT_MOVES, PAYMENT_MOVES
from apps.users.models import User


def move_instalment(instalment: Instalment, state: str) -> None:
    """Move a locked instalment by the table. Raises `Refused`."""
    what = _("第 %(number)d 期") % {"number": instalment.number}
    check_move(INSTALMENT_MOVES, instalment.state, state, what=what)
    instalment.state = state
    instalment.save(update_fields=["state"])


def reject(payment: Payment, *, reason: str, by: User | None) -> None:
    """Send a prepared payment back for whoever may; its instalment, which is locked, is due again."""
    check_move(PAYMENT_MOVES, payment.state, Payment.State.REJECTED, what=_("这笔付款"))
    payment.state, payment.reason = Payment.State.REJECTED, reason
    payment.save(update_fields=["state", "reason"])
    move_instalment(payment.instalment, Instalment.State.DUE)
    audit.record(by, "reject_payment", payment, grant=payment.instalment.grant.code)
    notices.payment_rejected(payment)


def stop_prepared(instalments: Iterable[Instalment], *, reason: str, by: User | None) -> int:
    """Send back the payments of locked instalments that wait for their release; return how many there were."""
    held = {row.pk: row for row in instalments if row.state == Instalment.State.PREPARED}
    waiting = list(Payment.objects.filter(instalment__in=held, state=Payment.State.PREPARED).order_by("pk"))
    for payment in waiting:
        payment.instalment = held[payment.instalment_id]
        reject(payment, reason=reason, by=by)
    return len(waiting)
