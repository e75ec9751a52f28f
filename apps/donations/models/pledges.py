"""Promised gifts: what was pledged, for which days, and which gifts came for it. Nothing of it stands in the books."""

from django.db import models
from django.db.models import F, Q

from apps.core.models import StoredFile
from apps.donations.models.campaigns import Campaign
from apps.donations.models.donors import Donor
from apps.donations.models.gifts import Donation
from apps.donations.pledging import PledgeEnding, PledgeForm, PledgeState
from apps.donations.rules import ANONYMOUS_NAME, spoken_name
from apps.donations.states import NameChoice
from apps.funds.models import Fund, Host


class Pledge(models.Model):
    """A pledge (认捐) to a fund or one of its restrictions. Not income: the books know only the gifts that come."""

    Form = PledgeForm
    State = PledgeState
    Ending = PledgeEnding

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="pledges")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="pledges")
    restriction = models.CharField(max_length=24)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="pledges")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="pledges")
    form = models.CharField(max_length=8, choices=PledgeForm.choices)
    # For the purposes of Charity Law, article 3, items 1 to 3.
    serves_relief = models.BooleanField(default=False)
    amount = models.BigIntegerField()
    pledged_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    # Written by the donor in the memo of a bank transfer.
    reference = models.CharField(max_length=20, unique=True)
    name_choice = models.CharField(max_length=10, choices=NameChoice.choices, default=NameChoice.ANONYMOUS)
    public_name = models.CharField(max_length=100)
    shows_amount = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=PledgeState.choices, default=PledgeState.OPEN)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)
    ended_why = models.CharField(max_length=10, choices=PledgeEnding.choices, blank=True)
    # In hardship: what the public is told, and the civil affairs department that was told first.
    explanation = models.CharField(max_length=500, blank=True)
    reported_to = models.CharField(max_length=60, blank=True)
    reported_on = models.DateField(null=True)
    proof = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="pledge_positive"),
            models.CheckConstraint(
                condition=Q(state="open", ended_why="", ended_at=None)
                | Q(state__in=["released", "cancelled"], ended_at__isnull=False) & ~Q(ended_why=""),
                name="pledge_ended_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(reported_on__isnull=False) & ~Q(explanation=""),
                name="pledge_released_is_told",
            ),
        ]
        indexes = [models.Index(fields=["fund", "state"], name="pledge_of_fund")]

    @property
    def spoken_name(self) -> str:
        """What the public reads of the donor: a name never stands beside an amount that is not to be shown."""
        return spoken_name(self.public_name if self.shows_amount else ANONYMOUS_NAME)

    @property
    def spoken_public_name(self) -> str:
        """The public name as staff reads it, where no outsider sees it beside the amount."""
        return spoken_name(self.public_name)


class PledgeInstalment(models.Model):
    """What was promised for one day."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="instalments")
    due_on = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="pledge_instalment_positive"),
            models.UniqueConstraint(fields=["pledge", "due_on"], name="pledge_instalment_once_a_day"),
        ]
        ordering = ["due_on"]


class PledgeGift(models.Model):
    """A gift that came for a pledge, and how much of it counts; a wrong one is taken off with its trace."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="gifts")
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="pledge_gifts")
    amount = models.BigIntegerField()
    matched_at = models.DateTimeField()
    matched_by_id = models.BigIntegerField(null=True)
    taken_off_at = models.DateTimeField(null=True)
    taken_off_by_id = models.BigIntegerField(null=True)
    taken_off_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="pledge_gift_positive"),
            models.UniqueConstraint(
                fields=["donation"], condition=Q(taken_off_at=None), name="pledge_gift_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_off_at=None) | Q(taken_off_at__gte=F("matched_at")) & ~Q(taken_off_why=""),
                name="pledge_gift_taken_off_with_reason",
            ),
        ]
