"""What donors asked for by telephone, in person or on paper about what the public sees of their gifts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.donations.models.about import either
from apps.donations.models.gifts import Donation
from apps.donations.models.inkind import InKindGift
from apps.donations.states import Asker, IdentityCheck, NameChoice


class DonorInstruction(models.Model):
    """A consent taken back, or given on paper, for one gift of money or in kind, as staff heard it; never changed or
    deleted, but its paper goes when the donor is erased.

    Who asked stands here as what they are to the donor, without a name. To show more, the donor's own signed paper is
    needed (PIPL, articles 14 and 25); to show less, their word is enough (article 15). `erases` asks for all of a
    donor's data to be destroyed (article 47).
    """

    code = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(Donation, null=True, on_delete=models.PROTECT, related_name="instructions")
    things = models.ForeignKey(InKindGift, null=True, on_delete=models.PROTECT, related_name="instructions")
    asker = models.CharField(_("谁来说的"), max_length=10, choices=Asker.choices)
    checked = models.CharField(_("怎么核实的"), max_length=12, choices=IdentityCheck.choices)
    told_on = models.DateField()
    name_choice = models.CharField(max_length=10, choices=NameChoice.choices)
    shows_amount = models.BooleanField()
    drops_message = models.BooleanField(default=False)
    hides_dedication = models.BooleanField(default=False)
    erases = models.BooleanField(default=False)
    # Whether the public sees more than before.
    opens = models.BooleanField(default=False)
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=False) | Q(checked="signed", asker__in=["donor", "guardian"]),
                name="instruction_to_open_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(donation__isnull=False, things=None) | Q(donation=None, things__isnull=False),
                name="instruction_of_one_gift",
            ),
        ]
        indexes = [models.Index(fields=["donation", "id"], name="instruction_of_gift")]

    @property
    def given(self) -> Donation | InKindGift:
        """What it is about."""
        return either(self.donation, self.things)
