"""Looking after donors: which rows are one donor, whom to speak to in an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.sealing import unseal
from apps.donations.models.donors import Donor
from apps.funds.models import Host


class DonorMerge(models.Model):
    """One act of finance: two rows are one donor, or, with `undoes`, are not after all. Never changed, never deleted.

    No gift moves: each keeps the row, the name and the consents that it came with. `Donor.merged_into` is what all
    standing acts come to.
    """

    code = models.CharField(max_length=20, unique=True)
    # Whose finance did it.
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    kept = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("merged")) & ~models.Q(reason=""),
                name="donor_merge_is_whole",
            )
        ]


class DonorApart(models.Model):
    """Finance looked at two rows that seem alike and found two donors: they are not suggested again. Stays."""

    one = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="+")
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="donor_apart_in_order"
            ),
            models.UniqueConstraint(fields=["one", "other"], name="donor_apart_once"),
        ]


class DonorContact(models.Model):
    """A person to speak to in an organisation that gives. Personal fields are sealed, and destroyed when it ends."""

    code = models.CharField(max_length=20, unique=True)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="contacts")
    # Whose finance speaks to them; another host that knows the organisation does not see it.
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("职务"), max_length=40, blank=True)
    person_sealed = models.TextField(blank=True)
    phone_sealed = models.TextField(blank=True)
    email_sealed = models.TextField(blank=True)
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None)
                | models.Q(role="", person_sealed="", phone_sealed="", email_sealed=""),
                name="donor_contact_ended_is_empty",
            )
        ]

    @property
    def person(self) -> str:
        """The person's name; for finance and the donor only."""
        return unseal(self.person_sealed, context=f"donor-contact:{self.code}:person")

    @property
    def phone(self) -> str:
        """The person's telephone; for finance and the donor only."""
        return unseal(self.phone_sealed, context=f"donor-contact:{self.code}:phone")

    @property
    def email(self) -> str:
        """The person's e-mail; for finance and the donor only."""
        return unseal(self.email_sealed, context=f"donor-contact:{self.code}:email")
