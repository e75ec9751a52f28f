"""Telling those who gave for an appeal what came and what became of it (Charity Law, article 80)."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, outbox
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.directed import LONG_TEXT
from apps.donations.models import AppealAccount, DirectedAppeal
from apps.donations.notices.texts import is_address
from apps.donations.services.directed.writing import lock_appeal
from apps.users.models import User


@verb
def tell_givers(
    appeal: DirectedAppeal, *, until: date, used: int, used_for: str, token: str, by: User | None
) -> AppealAccount:
    """Write to those who gave what came up to a day, by the books, and what was used of it (fen) for what.

    It is kept as it was told; the same form is told once. Raises `Refused` naming the field.
    """
    row = lock_appeal(appeal)
    permissions.directed.may_tell_givers(by, row).require()
    code = f"AA{rules.gift_key(token, row.code)[:12].upper()}"
    known = AppealAccount.objects.filter(code=code).first()
    if known is not None:
        return known
    if until > clock.today() or until < row.starts_on:
        raise Refused(_("截止的日期要在募捐开始以后、今天或以前。"), "until")
    words = clean_text(used_for, field="used_for", limit=LONG_TEXT, lines=True)
    if not words:
        raise Refused(_("请写明用在了什么上；还没有用的，写打算什么时候用。"), "used_for")
    came = queries.directed.answers(row, until=until)
    if type(used) is not int or not 0 <= used <= came.amount:
        raise Refused(
            _("用出去的不能多过收到的 ¥%(amount)s。") % {"amount": money.written(came.amount)}, "used"
        )
    told = AppealAccount.objects.create(
        code=code,
        appeal=row,
        until=until,
        gifts=came.gifts,
        received=came.amount,
        used=used,
        used_for=words,
        told_at=clock.now(),
        told_by_id=getattr(by, "pk", None),
    )
    outbox.say_all(_letters(told, row))
    audit.record(by, "tell_givers", row, until=until.isoformat(), received=came.amount, used=used)
    return told


def _letters(told: AppealAccount, appeal: DirectedAppeal) -> list[outbox.Letter]:
    """Return a letter to each who gave and can be written to, also those who are asked no more."""
    facts = {
        "name": appeal.name,
        "host": appeal.host.name,
        "until": told.until.isoformat(),
        "gifts": str(told.gifts),
        "received": money.written(told.received),
        "used": money.written(told.used),
        "used_for": told.used_for,
        "contact": f"{appeal.responsible} {appeal.contact}",
    }
    return [
        outbox.Letter(
            f"directed-account:{told.code}:{row.code}",
            to=row.contact,
            subject=_("您捐过的“%(name)s”：收到多少、用在哪") % facts,
            body=_(
                "%(host)s告知“%(name)s”的情况，截至%(until)s：收到 %(gifts)s 笔、¥%(received)s，"
                "用出 ¥%(used)s。\n用在：%(used_for)s\n有疑问请联系：%(contact)s"
            )
            % facts,
        )
        for row in queries.directed.givers(appeal)
        if is_address(row.contact)
    ]
