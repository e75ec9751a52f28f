"""Rows of a checked final account: what it froze, line by line and fund by fund, each opening to its records. Fen."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.disclosure.queries.project_rows import money
from apps.disclosure.queries.project_rows.shape import Row, Rows, counted, rows_url, yuan
from apps.grants.models import Clawback, ClawbackReturn, FinalAccount, GrantChange, Instalment, Payment
from apps.grants.queries import checked_account
from apps.projects.models import Project

LINE_COLUMNS = {
    "planned": gettext_lazy("预算"),
    "changed": gettext_lazy("调整后"),
    "granted": gettext_lazy("批准"),
    "spent": gettext_lazy("花了"),
    "vouchers": gettext_lazy("票据"),
    "borne": gettext_lazy("资助承担"),
    "own": gettext_lazy("自己承担"),
    "left": gettext_lazy("结余"),
}
FUND_COLUMNS = {
    "paid": gettext_lazy("已付"),
    "returned": gettext_lazy("已退回"),
    "written-off": gettext_lazy("表决核销"),
    "surplus": gettext_lazy("结余"),
}
# A column of a line is what is left of one when the other is taken off.
FROM = {"borne": ("spent", "own"), "own": ("spent", "borne"), "left": ("granted", "borne")}
BORNE = gettext_lazy("每笔支出都附票据。超出的行，各行合计在办法允许的幅度以内的由资助承担，其余自己承担。")
PARTED = gettext_lazy("批准的总数按调整后的预算分到各行，分不尽的给余数最大的行。")


def _key(column: str) -> str:
    return column.replace("-", "_")


def line_column(column: str) -> Callable[[Project], Rows | None]:
    """Return what reads the total of one column of the account's lines: every line's part of it."""

    def read(project: Project) -> Rows | None:
        account = checked_account(project)
        if account is None:
            return None
        write = counted(_("张")) if column == "vouchers" else yuan
        rows = tuple(Row(line["words"], line[column]) for line in account.facts["lines"])
        how = {"granted": str(PARTED), "borne": str(BORNE), "own": str(BORNE)}.get(column, "")
        return Rows(str(LINE_COLUMNS[column]), sum(row.value for row in rows), rows, write, how)

    return read


def line_cell(column: str) -> Callable[[Project, int], Rows | None]:
    """Return what reads one line's figure of a column that the account works out."""

    def read(project: Project, number: int) -> Rows | None:
        account = checked_account(project)
        lines = account.facts["lines"] if account else []
        if not 1 <= number <= len(lines):
            return None
        line, title = lines[number - 1], str(LINE_COLUMNS[column])
        if column == "granted":
            total = sum(one["granted"] for one in lines)
            others = (Row(one["words"], -one["granted"]) for one in lines if one is not line)
            rows = (Row(_("各行一共批准"), total), *others)
            return Rows(f"{line['words']}：{title}", line["granted"], rows, yuan, str(PARTED))
        whole, less = FROM[column]
        rows = (Row(str(LINE_COLUMNS[whole]), line[whole]), Row(str(LINE_COLUMNS[less]), -line[less]))
        how = "" if column == "left" else str(BORNE)
        return Rows(f"{line['words']}：{title}", line[column], rows, yuan, how)

    return read


def vouchers_on(project: Project, number: int) -> Rows | None:
    """Return the vouchers of one line, each counted once."""
    from_line = project.budget_lines.order_by("pk")[number - 1 : number].first() if number > 0 else None
    if from_line is None:
        return None
    found = project.expenses.filter(line=from_line, struck_at=None).order_by("-paid_on", "-pk")
    rows = tuple(Row(from_line.words, 1, yuan(row.amount), row.paid_on) for row in found)
    return Rows(_("%(line)s：票据") % {"line": from_line.words}, len(rows), rows, counted(_("张")))


# --- fund by fund ---------------------------------------------------------------------------------------------------


def fund_column(column: str) -> Callable[[Project], Rows | None]:
    """Return what reads one figure of all funds together: every fund's part of it."""

    def read(project: Project) -> Rows | None:
        account = checked_account(project)
        if account is None:
            return None
        rows = tuple(
            Row(
                fund["name"],
                fund[_key(column)],
                url=rows_url(project.code, f"fund-{column}", number),
                word=_("逐笔"),
            )
            for number, fund in enumerate(account.facts["funds"], 1)
        )
        return Rows(str(FUND_COLUMNS[column]), sum(row.value for row in rows), rows, yuan)

    return read


def _fund(project: Project, number: int) -> tuple[FinalAccount, dict[str, Any]] | None:
    account = checked_account(project)
    funds = account.facts["funds"] if account else []
    return (account, funds[number - 1]) if account and 1 <= number <= len(funds) else None


def fund_paid(project: Project, number: int) -> Rows | None:
    """Return the payments of one grant that stood when the account was checked."""
    found = _fund(project, number)
    if found is None or found[0].decided_at is None:
        return None
    fund, day = found[1], clock.day_of(found[0].decided_at)
    later = Q(state=Payment.State.BOUNCED, returned_on__gt=day)
    stood = Payment.objects.filter(
        Q(state=Payment.State.PAID) | later, instalment__grant__code=fund["grant"]
    ).order_by("paid_on", "pk")
    return Rows(_("已付"), fund["paid"], money.payment_rows(stood), yuan)


def fund_returned(project: Project, number: int) -> Rows | None:
    """Return what had come back of one grant when the account was checked."""
    found = _fund(project, number)
    if found is None:
        return None
    account, fund = found
    back = ClawbackReturn.objects.filter(
        clawback__grant__code=fund["grant"], recorded_at__lte=account.decided_at
    )
    return Rows(_("已退回"), fund["returned"], money.return_rows(back), yuan)


def fund_written_off(project: Project, number: int) -> Rows | None:
    """Return what had been given up of one grant by a vote when the account was checked."""
    found = _fund(project, number)
    if found is None:
        return None
    account, fund = found
    changes = GrantChange.objects.filter(grant__code=fund["grant"], decided_at__lte=account.decided_at)
    return Rows(_("表决核销"), fund["written_off"], money.write_off_rows(changes), yuan)


def fund_spent(project: Project, number: int) -> Rows | None:
    """Return what the grants bear of every line, less what the other funds bear of it."""
    found = _fund(project, number)
    if found is None:
        return None
    account, fund = found
    lines = (Row(line["words"], line["borne"]) for line in account.facts["lines"])
    others = (Row(one["name"], -one["spent"]) for one in account.facts["funds"] if one is not fund)
    return Rows(_("资助承担的支出"), fund["spent"], (*lines, *others), yuan, str(BORNE))


def fund_surplus(project: Project, number: int) -> Rows | None:
    """Return what one fund paid and, taken off, what came back, was given up and was spent."""
    found = _fund(project, number)
    if found is None:
        return None
    fund = found[1]
    rows = (
        Row(_("已付"), fund["paid"]),
        Row(_("已退回"), -fund["returned"]),
        Row(_("表决核销"), -fund["written_off"]),
        Row(_("资助承担的支出"), -fund["spent"]),
    )
    return Rows(_("结余"), fund["surplus"], rows, yuan)


def fund_to_return(project: Project, number: int) -> Rows | None:
    """Return one fund's surplus and, taken off, what stays for the same purpose."""
    found = _fund(project, number)
    if found is None:
        return None
    fund = found[1]
    rows = (Row(_("结余"), fund["surplus"]), Row(_("留给实施方用于同样的目的"), -fund["kept"]))
    return Rows(_("要退回基金的"), fund["to_return"], rows, yuan)


# --- against the books ----------------------------------------------------------------------------------------------


def at_check(project: Project) -> Rows | None:
    """Return what every fund had paid and got back when the account was checked."""
    account = checked_account(project)
    if account is None:
        return None
    rows = tuple(
        Row(title % {"fund": fund["name"]}, value)
        for fund in account.facts["funds"]
        for title, value in ((_("%(fund)s：已付"), fund["paid"]), (_("%(fund)s：已退回"), -fund["returned"]))
    )
    return Rows(_("决算时付款减退回"), account.paid - account.returned, rows, yuan)


def came_after(project: Project) -> Rows | None:
    """Return what came back after the account was checked."""
    account = checked_account(project)
    if account is None:
        return None
    rows = money.return_rows(
        ClawbackReturn.objects.filter(clawback__grant__project=project, recorded_at__gt=account.decided_at)
    )
    return Rows(_("决算以后退回的"), sum(row.value for row in rows), rows, yuan)


def owed_again(project: Project) -> Rows | None:
    """Return the instalments that the bank sent back and that are to be paid again."""
    settled = (Instalment.State.PAID, Instalment.State.CANCELLED)
    live = Instalment.objects.filter(grant__project=project).exclude(state__in=settled)
    rows = tuple(
        Row(_("第 %(number)d 期") % {"number": row.number}, row.amount, row.grant.fund.name)
        for row in live.select_related("grant__fund").order_by("pk")
    )
    return Rows(_("银行退汇、要重新付的"), sum(row.value for row in rows), rows, yuan)


def surplus_owed(project: Project) -> Rows | None:
    """Return what of a surplus was asked back and, taken off, what of it came back or was given up."""
    account = checked_account(project)
    if account is None:
        return None
    asked = list(
        Clawback.objects.filter(surplus_return__account=account).select_related("grant__fund").order_by("pk")
    )
    rows: list[Row] = []
    for one in asked:
        rows += [Row(one.grant.fund.name, one.asked, _("要求退回"), clock.day_of(one.asked_at))]
        rows += [money.taken_off(row) for row in money.return_rows(one.returns.all())]
        rows += [money.taken_off(row) for row in money.write_off_rows(one.write_offs.all())]
    value = sum(one.outstanding for one in asked)
    return Rows(_("结余还没退回的"), value, tuple(rows), yuan)
