"""Columns of gifts that leave the system, for finance: with the donors' names, in yuan, days in Shanghai's calendar."""

from decimal import Decimal

from import_export import fields, resources

from apps.core import clock
from apps.donations.models import Donation


class DonationResource(resources.ModelResource):  # type: ignore[misc]
    """One row per gift. Cells are made safe for spreadsheets by whoever writes the file."""

    day = fields.Field(column_name="记账日", attribute="day")
    code = fields.Field(column_name="捐赠编号", attribute="code")
    fund_code = fields.Field(column_name="基金编号", attribute="fund__code")
    fund_name = fields.Field(column_name="基金", attribute="fund__name")
    restriction = fields.Field(column_name="限定用途", attribute="restriction")
    donor = fields.Field(column_name="捐赠人")
    contact = fields.Field(column_name="联系方式")
    public_name = fields.Field(column_name="公示名", attribute="public_name")
    channel = fields.Field(column_name="方式")
    state = fields.Field(column_name="状态")
    amount = fields.Field(column_name="金额（元）")
    fee = fields.Field(column_name="手续费（元）")
    refunded = fields.Field(column_name="已退（元）")
    payment_id = fields.Field(column_name="付款编号", attribute="payment_id")
    reference = fields.Field(column_name="附言编号", attribute="reference")
    booked_at = fields.Field(column_name="入账时间")
    message = fields.Field(column_name="留言", attribute="message")

    class Meta:
        model = Donation
        fields = (
            *(
                "day",
                "code",
                "fund_code",
                "fund_name",
                "restriction",
                "donor",
                "contact",
                "public_name",
                "channel",
            ),
            *("state", "amount", "fee", "refunded", "payment_id", "reference", "booked_at", "message"),
        )
        export_order = fields

    def dehydrate_donor(self, row: Donation) -> str:
        """The name as the host knows it."""
        return row.donor.name

    def dehydrate_contact(self, row: Donation) -> str:
        """How the donor can be reached."""
        return row.donor.contact

    def dehydrate_channel(self, row: Donation) -> str:
        """How it was paid, in words."""
        return str(row.get_channel_display())

    def dehydrate_state(self, row: Donation) -> str:
        """How far it is, in words."""
        return str(row.get_state_display())

    def dehydrate_amount(self, row: Donation) -> Decimal:
        """Yuan, exact."""
        return Decimal(row.amount) / 100

    def dehydrate_fee(self, row: Donation) -> Decimal:
        """Yuan, exact."""
        return Decimal(row.fee) / 100

    def dehydrate_refunded(self, row: Donation) -> Decimal:
        """Yuan, exact."""
        return Decimal(row.refunded) / 100

    def dehydrate_booked_at(self, row: Donation) -> str:
        """The moment in Shanghai."""
        moment = row.booked_at
        return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
