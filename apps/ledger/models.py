"""Double entry. The ledger knows no donor and no fund: dimensions are codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """An account by a stable key; its code and name depend on the chart in force."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("资产")
        LIABILITY = "liability", _("负债")
        NET_ASSETS = "net_assets", _("净资产")
        INCOME = "income", _("收入")
        EXPENSE = "expense", _("费用")

    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # +1 when the balance normally stands in debit, -1 in credit.
    side = models.SmallIntegerField()

    def __str__(self) -> str:
        return self.key


class ChartCode(models.Model):
    """The code and name of an account in one chart: `2004` until 2025-12-31, `2026` from 2026-01-01."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="codes")
    chart = models.CharField(max_length=4)
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chart", "code"], name="chart_code_once"),
            models.UniqueConstraint(fields=["chart", "account"], name="chart_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Period(models.Model):
    """One month of one host's books."""

    host = models.CharField(max_length=20)
    month = models.DateField(help_text="the first day of the month")
    is_closed = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "month"], name="period_once")]

    def __str__(self) -> str:
        return f"{self.host} {self.month:%Y-%m}"


class Entry(models.Model):
    """A journal entry: balanced, never changed, known by what it books (`kind`, `source`)."""

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    host = models.CharField(max_length=20)
    # Found by host and day. The database checks it for a whole set at once (see the triggers).
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    day = models.DateField(help_text="accounting day in Asia/Shanghai")
    memo = models.CharField(max_length=200, blank=True)
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversals", db_index=False
    )
    posted_at = models.DateTimeField()
    posted_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="entry_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=models.Q(reverses__isnull=False), name="entry_reversed_once"
            ),
        ]
        indexes = [models.Index(fields=["host", "day", "id"], name="entry_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Posting(models.Model):
    """One line of an entry: fen, positive in debit and negative in credit.

    `restriction` is "" for money without donor restriction (非限定性), else the code of the restriction (限定性).
    The database checks entry and account for a whole set at once, which a foreign key does line by line.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings", db_constraint=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    host = models.CharField(max_length=20)
    fund = models.CharField(max_length=20)
    restriction = models.CharField(max_length=24, blank=True)
    project = models.CharField(max_length=20, blank=True)
    donor = models.CharField(max_length=20, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="posting_not_zero")]
        # A fund's book is read newest first, entry by entry.
        indexes = [models.Index(fields=["fund", "entry"], name="posting_by_fund")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


class Balance(models.Model):
    """The sum of all postings of one (account, host, fund, restriction): a cache that proves itself."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    host = models.CharField(max_length=20)
    fund = models.CharField(max_length=20)
    restriction = models.CharField(max_length=24, blank=True)
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "restriction", "account", "host"], name="balance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.account_id} {self.amount}"


class FlowTotal(models.Model):
    """What happened to one fund in one month, by flow, for the entries that were folded; the rest is in `Unfolded`."""

    host = models.CharField(max_length=20)
    fund = models.CharField(max_length=20)
    month = models.CharField(max_length=7, help_text="2026-11")
    flow = models.CharField(max_length=12)
    amount = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "month", "flow", "host"], name="flow_total_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.month} {self.flow} {self.amount}"


class Unfolded(models.Model):
    """An entry whose flows the totals don't hold yet: an append-only queue, taken with DELETE … RETURNING."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="+", primary_key=True, db_constraint=False
    )

    def __str__(self) -> str:
        return str(self.entry_id)
