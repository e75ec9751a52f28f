"""Directed fundraising: what founders, council members and members are asked for, who was asked, and who gave."""

from django.core import signing
from django.db import models

from apps.core.sealing import unseal
from apps.donations.directed import AppealState, Capacity, Removal
from apps.donations.models.donors import Donor
from apps.donations.models.gifts import Donation
from apps.funds.models import Fund, Host

SALT = "donations.directed"


class DirectedAppeal(models.Model):
    """What a host asks its founders, council members and members for (Charity Law, article 29), never the public."""

    State = AppealState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="directed_appeals")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="directed_appeals")
    restriction = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    purpose = models.TextField()
    use_of_money = models.TextField()
    use_plan = models.TextField()
    surplus = models.CharField(max_length=800)
    expected = models.BigIntegerField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # The register that the second person compares the audience with.
    roster = models.CharField(max_length=200)
    responsible = models.CharField(max_length=60)
    contact = models.CharField(max_length=100)
    bank_account = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    written_by_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="appeal_dates_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(opened_by_id=None) | ~models.Q(opened_by_id=models.F("written_by_id")),
                name="appeal_opened_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed") ^ models.Q(closed_at=None), name="appeal_closed_when"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitee(models.Model):
    """Somebody whom an appeal asks, in a capacity that a second person compared with the host's own register.

    The link with `token` is theirs alone: a new number makes the one before it void.
    """

    Capacity = Capacity
    Removal = Removal

    code = models.CharField(max_length=20, unique=True)
    appeal = models.ForeignKey(DirectedAppeal, on_delete=models.PROTECT, related_name="invitees")
    capacity = models.CharField(max_length=10, choices=Capacity.choices)
    kind = models.CharField(max_length=12, choices=Donor.Kind.choices, default=Donor.Kind.PERSON)
    name_sealed = models.TextField(blank=True)
    contact_sealed = models.TextField(blank=True)
    contact_index = models.CharField(max_length=64, blank=True, db_index=True)
    # The donor's row under which their gifts are booked, from the first gift on.
    donor = models.ForeignKey(Donor, null=True, on_delete=models.PROTECT, related_name="invitees")
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by_id = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by_id = models.BigIntegerField(null=True)
    removal = models.CharField(max_length=8, choices=Removal.choices, blank=True)
    link_number = models.PositiveSmallIntegerField(default=0)
    link_until = models.DateField(null=True)
    # A text message that waits, and how often it was tried; letters wait in the outbox.
    text_due_at = models.DateTimeField(null=True)
    text_tries = models.PositiveSmallIntegerField(default=0)
    text_sent_at = models.DateTimeField(null=True)
    # Wrong contacts typed by whoever holds the link.
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "contact_index"],
                name="invitee_once",
                condition=models.Q(removed_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by_id=None) | ~models.Q(checked_by_id=models.F("added_by_id")),
                name="invitee_checked_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) ^ ~models.Q(removal=""), name="invitee_removed_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["text_due_at"], name="invitee_text_due", condition=models.Q(text_due_at__isnull=False)
            )
        ]

    @property
    def name(self) -> str:
        """Who it is; for the host's administrators and finance, and the person."""
        return unseal(self.name_sealed, context=f"invitee:{self.code}:name")

    @property
    def contact(self) -> str:
        """Their phone number or e-mail address, as it is compared."""
        return unseal(self.contact_sealed, context=f"invitee:{self.code}:contact")

    @property
    def token(self) -> str:
        """What the link carries: the row's code and the link's number, signed; nothing personal."""
        return signing.Signer(salt=SALT).sign(f"{self.code}.{self.link_number}")


def invitee_of_link(token: str) -> tuple[str, int] | None:
    """Return the code and the number that a link carries, None unless we signed it."""
    try:
        code, _dot, number = signing.Signer(salt=SALT).unsign(token).partition(".")
    except signing.BadSignature:
        return None
    return (code, int(number)) if number.isascii() and number.isdigit() else None


class DirectedGift(models.Model):
    """A gift that answers an appeal: by whom on its audience, in which capacity, and when. Rows are only added.

    `given_at` is when the gift was begun on the page or, entered by finance, a moment of the day on which it came.
    """

    Capacity = Capacity

    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="directed")
    invitee = models.ForeignKey(Invitee, on_delete=models.PROTECT, related_name="gifts")
    capacity = models.CharField(max_length=10, choices=Capacity.choices)
    given_at = models.DateTimeField()


class AppealAccount(models.Model):
    """What those who gave were told about an appeal (Charity Law, article 80), in fen. Rows are only added."""

    code = models.CharField(max_length=20, unique=True)
    appeal = models.ForeignKey(DirectedAppeal, on_delete=models.PROTECT, related_name="accounts")
    until = models.DateField()
    gifts = models.PositiveIntegerField()
    received = models.BigIntegerField()
    used = models.BigIntegerField()
    used_for = models.TextField()
    told_at = models.DateTimeField()
    told_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__gte=0, used__gte=0), name="appeal_account_not_negative"
            )
        ]
        ordering = ["until", "pk"]
