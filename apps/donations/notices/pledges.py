"""Reminders of what was pledged."""

from django.utils.translation import gettext as _

from apps.core import money, outbox
from apps.donations.models import Pledge
from apps.donations.notices.texts import is_address, lay_text
from apps.donations.pledging import Due
from apps.donations.states import TextKind


def remind_pledge(pledge: Pledge, due: Due, *, is_late: bool) -> int:
    """Remind a donor of an instalment, once before and once after its day; return 1 if they can be told.

    Without an e-mail address it is a text message, or stands on finance's list.
    """
    contact = pledge.donor.contact
    if not is_address(contact):
        kind = TextKind.PLEDGE_LATE if is_late else TextKind.PLEDGE_SOON
        return lay_text(pledge, kind, f"{pledge.code}:{due.due_on.isoformat()}")
    facts = {
        "fund": pledge.fund.name,
        "host": pledge.host.name,
        "contact": pledge.host.contact,
        "amount": money.written(due.missing),
        "day": due.due_on.isoformat(),
        "reference": pledge.reference,
    }
    body = (
        _(
            "您认捐给%(fund)s的款项里，约定 %(day)s 付的一期还有 ¥%(amount)s 没有收到。"
            "如果已经付了，请不用理会；有困难，请和%(host)s联系：%(contact)s。\n"
            "转账时在附言里写 %(reference)s，到账就能对上。"
        )
        if is_late
        else _(
            "谢谢您认捐%(fund)s。约定 %(day)s 付的一期是 ¥%(amount)s。\n"
            "转账时在附言里写 %(reference)s，到账就能对上。收款账户请问%(host)s：%(contact)s。"
        )
    )
    outbox.say(
        f"pledge:{pledge.code}:{due.due_on.isoformat()}:{'late' if is_late else 'soon'}",
        to=contact,
        subject=_("认捐的一期还没有收到") if is_late else _("认捐的一期快到了"),
        body=body % facts,
    )
    return 1
