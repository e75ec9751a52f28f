"""Writing down, opening and ending what a host asks its founders, council members and members for."""

from dataclasses import dataclass, fields
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.directed import APPEAL_MOVES, LONG_TEXT, AppealState
from apps.donations.models import DirectedAppeal, Invitee
from apps.donations.services.directed.audience import check_rows
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class AppealText:
    """What the people asked are told: purpose, use and what else article 29 of the Charity Law asks. `expected` fen."""

    name: str
    purpose: str
    use_of_money: str
    use_plan: str
    surplus: str
    starts_on: date
    ends_on: date
    roster: str
    responsible: str
    contact: str
    bank_account: str
    restriction: str | None = None
    expected: int | None = None


LONG = frozenset({"purpose", "use_of_money", "use_plan", "surplus"})
TEXTS = ("name", "roster", "responsible", "contact", "bank_account", *sorted(LONG))


@verb
def write_appeal(fund: Fund, text: AppealText, *, token: str, by: User | None) -> DirectedAppeal:
    """Write down a draft of an appeal for a fund or one of its purposes; the same form is one draft.

    Raises `Refused` naming the field.
    """
    permissions.directed.may_write_appeals(by, fund.host).require()
    key = rules.gift_key(token, fund.code, *(getattr(text, field.name) for field in fields(text)))
    known = DirectedAppeal.objects.filter(form_token=key).select_related("host", "fund__host").first()
    if known is not None:
        return known
    row = DirectedAppeal(code=new_code("DA", 8), host=fund.host, fund=fund, form_token=key)
    _write(row, text, by=by)
    row.save(force_insert=True)
    audit.record(by, "write_appeal", row, fund=fund.code, restriction=row.restriction)
    return row


@verb
def change_appeal(appeal: DirectedAppeal, fund: Fund, text: AppealText, *, by: User | None) -> DirectedAppeal:
    """Change a draft; who was told something already is not told otherwise (a trigger keeps it so)."""
    row = lock_appeal(appeal)
    permissions.directed.may_change_appeal(by, row).require()
    if fund.host_id != row.host_id:
        raise Refused(_("所选的基金不属于这家慈善会。"), "fund")
    row.fund = fund
    _write(row, text, by=by)
    row.save()
    audit.record(by, "write_appeal", row, fund=fund.code, restriction=row.restriction)
    return row


def lock_appeal(appeal: DirectedAppeal) -> DirectedAppeal:
    """Return the appeal as it is now, locked."""
    rows = DirectedAppeal.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("host", "fund__host").get(pk=appeal.pk)


def _write(row: DirectedAppeal, text: AppealText, *, by: User | None) -> None:
    """Lay the text into the row after judging each field."""
    if not takes_gifts(row.fund):
        raise Refused(gifts_refused(row.fund), "fund")
    for name in TEXTS:
        limit = getattr(DirectedAppeal._meta.get_field(name), "max_length", None) or LONG_TEXT
        words = clean_text(getattr(text, name), field=name, limit=limit, lines=name in LONG)
        if not words:
            raise Refused(_("这一项要向募捐对象说明，请填写。"), name)
        setattr(row, name, words)
    if text.ends_on < text.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), "ends_on")
    if text.ends_on < clock.today():
        raise Refused(_("结束日期已经过了。"), "ends_on")
    if text.expected is not None:
        rules.check_within(text.expected, 1, rules.LIMITS["bank"][1])
    row.starts_on, row.ends_on, row.expected = text.starts_on, text.ends_on, text.expected
    offered = {one.code: one for one in queries.restrictions_open(row.fund)}
    general = next((code for code, one in offered.items() if one.is_general), "")
    row.restriction = text.restriction or general
    if row.restriction not in offered:
        raise Refused(_("这个用途不属于所选的基金，或者已经不收捐款了。"), "restriction")
    row.written_at, row.written_by_id = clock.now(), getattr(by, "pk", None)


@verb
def open_appeal(appeal: DirectedAppeal, *, by: User | None) -> DirectedAppeal:
    """Open an appeal as its second person, who compared its audience with the register.

    Those whom the same person added stay to be checked by another. Opened already, nothing changes.
    """
    row = lock_appeal(appeal)
    if row.state == AppealState.OPEN:
        return row
    permissions.directed.may_open_appeal(by, row).require()
    check_move(APPEAL_MOVES, row.state, AppealState.OPEN.value, what=_("定向募捐"))
    checked = check_rows(row, by=by)
    row.state, row.opened_at, row.opened_by_id = AppealState.OPEN, clock.now(), getattr(by, "pk", None)
    row.save(update_fields=["state", "opened_at", "opened_by_id"])
    audit.record(by, "open_appeal", row, checked=checked)
    return row


@verb
def close_appeal(appeal: DirectedAppeal, *, by: User | None) -> DirectedAppeal:
    """End an appeal; its links stop at once, payments that were begun in time still count. Ended already, it stays."""
    row = lock_appeal(appeal)
    if row.state == AppealState.CLOSED:
        return row
    permissions.directed.may_close_appeal(by, row).require()
    check_move(APPEAL_MOVES, row.state, AppealState.CLOSED.value, what=_("定向募捐"))
    row.state, row.closed_at, row.closed_by_id = AppealState.CLOSED, clock.now(), getattr(by, "pk", None)
    row.save(update_fields=["state", "closed_at", "closed_by_id"])
    Invitee.objects.filter(appeal=row).exclude(text_due_at=None).update(text_due_at=None)
    audit.record(by, "close_appeal", row, given=queries.directed.answers(row).amount)
    return row
