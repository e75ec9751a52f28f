"""Certificates of gifts, which a donor hangs on the wall and anybody may check."""

from django.db import models

from apps.donations.models.gifts import Donation


class Certificate(models.Model):
    """A 捐赠证书 for one gift. Not a fiscal receipt: it proves nothing to the tax office.

    `code` is random and in the address of its check page; `number` holds it as people read it.
    """

    code = models.CharField(max_length=12, unique=True)
    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="certificate")
    # On the donor's own picture: the name as the host knows it, else the public one. Checking shows the public one.
    prints_full_name = models.BooleanField(default=False)
    shows_amount = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    @property
    def number(self) -> str:
        """The number as it is printed: 捐证, the year it was made, its code."""
        return f"JZ-{self.made_at.year}-{self.code}"
