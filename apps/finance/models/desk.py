"""The bank's view of the money, and what was handed out as files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.sealing import seal, seal_bytes, unseal, unseal_bytes
from apps.funds.models import Fund, Host


class StatementUpload(models.Model):
    """A statement file between its preview and its import; gone once imported, or after a day."""

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    body_sealed = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by_id = models.BigIntegerField()

    @property
    def body(self) -> bytes:
        """The file, opened; it names those who paid."""
        return unseal_bytes(bytes(self.body_sealed), context=f"statement:{self.code}:body")

    @body.setter
    def body(self, plain: bytes) -> None:
        self.body_sealed = seal_bytes(plain, context=f"statement:{self.code}:body")


class BankStatement(models.Model):
    """One imported statement file, known by its hash.

    `opening` and `closing` are the bank's balances around its lines, when the file tells them and they agree with the
    lines. `known` counts lines that an earlier file had brought.
    """

    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="bank_statements")
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20, blank=True)
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    known = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()
    imported_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "sha256"], name="statement_file_once")]


class StatementLine(models.Model):
    """One line of the bank: positive in, negative out, in fen.

    Who is at the other end and what they wrote are sealed, bound to the host and the serial number, which must be set
    before them. Nothing is found by them: matching opens the lines that it looks at.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待对")
        MATCHED = "matched", _("已对上")

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=80)
    day = models.DateField()
    amount = models.BigIntegerField()
    counterparty_sealed = models.TextField(blank=True)
    memo_sealed = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "reference"], name="statement_line_once")]
        indexes = [models.Index(fields=["host", "state", "day"], name="statement_line_open")]

    @property
    def counterparty(self) -> str:
        """Who paid or was paid, as the bank writes it; for those who handle the host's money only."""
        return unseal(self.counterparty_sealed, context=self._context("counterparty"))

    @counterparty.setter
    def counterparty(self, plain: str) -> None:
        self.counterparty_sealed = seal(plain, context=self._context("counterparty"))

    @property
    def memo(self) -> str:
        """What they wrote; for those who handle the host's money only."""
        return unseal(self.memo_sealed, context=self._context("memo"))

    @memo.setter
    def memo(self, plain: str) -> None:
        self.memo_sealed = seal(plain, context=self._context("memo"))

    def _context(self, field: str) -> str:
        return f"line:{self.host_id}:{self.reference}:{field}"


class BankMatch(models.Model):
    """A bank line and what it proves: a gift, a payment, money that came or went back, interest, a fee, a payout."""

    class Subject(models.TextChoices):
        DONATION = "donation", pgettext_lazy("one", "捐赠")
        BATCH = "batch", _("捐款名单")
        DEPOSIT = "deposit", _("现金存款")
        PAYMENT = "payment", _("拨付")
        REFUND = "refund", _("退款")
        RETURN = "return", _("资助退回")
        CUSTODY = "custody", _("代管收到")
        HAND_OVER = "hand_over", _("代管转交")
        BOUNCE = "bounce", _("退汇")
        PAYOUT = "payout", _("支付机构结算")
        PLATFORM = "platform", _("募捐平台结算")
        INTEREST = "interest", _("利息")
        FEE = "fee", _("银行手续费")

    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, related_name="match")
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20, choices=Subject.choices)
    subject_code = models.CharField(max_length=80)
    matched_at = models.DateTimeField()
    matched_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "subject_kind", "subject_code"], name="matched_once")
        ]


class ExportRun(models.Model):
    """A file that finance took out: what, of which days and fund, by whom, how many rows."""

    class Kind(models.TextChoices):
        GIFTS = "gifts", _("捐赠")
        PAYMENTS = "payments", _("拨付")
        VOUCHERS = "vouchers", _("凭证")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV（UTF-8）")
        XLSX = "xlsx", _("Excel（.xlsx）")

    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    format = models.CharField(max_length=6, choices=Format.choices)
    first_day = models.DateField()
    last_day = models.DateField()
    fund = models.CharField(max_length=20, blank=True)
    rows = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField()
    ran_by_id = models.BigIntegerField()


class Cleanup(models.Model):
    """What was done about a fund that had fallen asleep: reminded, a plan given, suspended, closed."""

    class Step(models.TextChoices):
        REMINDED = "reminded", _("提醒了管委会")
        PLAN = "plan", _("管委会给了计划")
        SUSPENDED = "suspended", _("暂停了")
        CLOSED = "closed", _("提出终止")

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="cleanups")
    step = models.CharField(max_length=12, choices=Step.choices)
    words = models.CharField(max_length=300)
    day = models.DateField()
    written_at = models.DateTimeField()
    written_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["fund", "day"], name="cleanup_by_fund")]
