"""What a file would bring in, and how the bank's lines stand."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, F, Max, Min, QuerySet, Sum, When
from django.utils.translation import gettext as _

from apps.finance.models import BankStatement, StatementLine
from apps.finance.resources import StatementLineResource, dataset_of
from apps.finance.rules.statements import Statement, read_statement, running_balance
from apps.funds.models import Host
from apps.users.models import Role, User
from apps.users.queries import scope_codes


def hosts_of(user: User | AnonymousUser, *kinds: str) -> QuerySet[Host]:
    """Return the hosts for which a person holds one of these roles (finance by default)."""
    codes = {
        code for kind in kinds or (Role.Kind.FINANCE,) for code in scope_codes(user, kind, Role.Scope.HOST)
    }
    return Host.objects.filter(code__in=codes).order_by("code")


@dataclass(frozen=True)
class RowFault:
    """One thing wrong with one row of a file: its number, the file's own column title, the sentence."""

    row: int
    title: str
    sentence: str

    def __str__(self) -> str:
        return _("第 %(row)d 行“%(title)s”：%(sentence)s") % {
            "row": self.row,
            "title": self.title,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Reading:
    """What a file says. `lines` are those it would bring in; amounts are fen."""

    encoding: str
    lines: list[StatementLine]
    faults: list[RowFault]
    known: int = 0
    opening: int | None = None
    closing: int | None = None
    has_balance: bool = False
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def first_day(self) -> date | None:
        """The first day of the new lines."""
        return min((line.day for line in self.lines), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day of the new lines."""
        return max((line.day for line in self.lines), default=None)


def read_file(
    host: Host, body: bytes, *, encoding: str = "", statement: BankStatement | None = None
) -> Reading:
    """Read a statement file for a host; with `statement`, also write its new lines.

    Raises `Refused` when the file as a whole cannot be read; faults of single rows are returned, all of them.
    """
    raw = read_statement(body, encoding=encoding)
    resource = StatementLineResource(host, statement)
    result = resource.import_data(dataset_of(raw.lines), dry_run=statement is None, raise_errors=False)
    for broken in [*result.base_errors, *(errors[0] for _number, errors in result.row_errors())]:
        raise broken.error
    faults = [
        RowFault(raw.lines[row.number - 1].row, _title(raw, name), sentence)
        for row in result.invalid_rows
        for name, sentences in row.field_specific_errors.items()
        for sentence in sentences
    ]
    lines = [row.instance for row in result.rows if row.is_new()]
    told = None
    if not faults:
        told = running_balance(raw.lines, [row.instance.amount for row in result.rows])
    return Reading(
        encoding=raw.encoding,
        lines=lines,
        faults=faults,
        known=result.totals["skip"],
        opening=told[0] if told else None,
        closing=told[1] if told else None,
        has_balance=any(line.cells["balance"] for line in raw.lines),
        sums=_in_and_out([line.amount for line in lines]),
    )


def _title(raw: Statement, name: str) -> str:
    if name == "amount":
        parts = [raw.titles[key] for key in ("income", "outgo", "amount") if key in raw.titles]
        return "/".join(parts)
    return raw.titles.get(name, _("整行"))


def _in_and_out(amounts: list[int]) -> dict[str, tuple[int, int]]:
    came, went = [a for a in amounts if a > 0], [-a for a in amounts if a < 0]
    return {"in": (len(came), sum(came)), "out": (len(went), sum(went))}


def imported(host: Host, sha256: str) -> BankStatement | None:
    """Return the statement that this very file already became."""
    return BankStatement.objects.filter(host=host, sha256=sha256).first()


def statements(host: Host) -> QuerySet[BankStatement]:
    """Return a host's statements, newest first, with how many lines each brought and how many are open."""
    is_open = When(lines__state=StatementLine.State.OPEN, then=1)
    return (
        BankStatement.objects.filter(host=host)
        .annotate(
            line_count=Count("lines"),
            open_count=Count(Case(is_open)),
            first_day=Min("lines__day"),
            last_day=Max("lines__day"),
        )
        .order_by("-imported_at", "-pk")
    )


@dataclass(frozen=True)
class Equation:
    """The bank's own sum over one statement: before + in − out = after, and what is not matched yet."""

    opening: int | None
    came: int
    came_count: int
    went: int
    went_count: int
    closing: int | None
    open_sum: int
    open_count: int


def equation(statement: BankStatement) -> Equation:
    """Return how a statement's lines add up. What is open is summed without signs, so that nothing cancels out."""
    rows = StatementLine.objects.filter(statement=statement)
    found = rows.aggregate(
        came=Sum(Case(When(amount__gt=0, then="amount"), default=0)),
        came_count=Count(Case(When(amount__gt=0, then=1))),
        went=Sum(Case(When(amount__lt=0, then=-F("amount")), default=0)),
        went_count=Count(Case(When(amount__lt=0, then=1))),
    )
    waiting = list(rows.filter(state=StatementLine.State.OPEN).values_list("amount", flat=True))
    return Equation(
        statement.opening,
        found["came"] or 0,
        found["came_count"],
        found["went"] or 0,
        found["went_count"],
        statement.closing,
        sum(abs(amount) for amount in waiting),
        len(waiting),
    )


def open_lines(host: Host) -> QuerySet[StatementLine]:
    """Return the lines that prove nothing yet, oldest first."""
    return (
        StatementLine.objects.filter(host=host, state=StatementLine.State.OPEN)
        .select_related("statement")
        .order_by("day", "pk")
    )


def matched_lines(host: Host) -> QuerySet[StatementLine]:
    """Return the lines with what they prove, newest first."""
    return (
        StatementLine.objects.filter(host=host, state=StatementLine.State.MATCHED)
        .select_related("match", "statement")
        .order_by("-day", "-pk")
    )
