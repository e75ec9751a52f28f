"""Seed money from the host to its funds: programmes, applications, awards, matches of gifts and what is taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.divisions.models import Division
from apps.donations.models import Donation
from apps.funds.models import Fund, Rulebook
from apps.seeding.states import ApplicationState, Cut, ProgrammeKind, RewardRule


class Programme(models.Model):
    """A pot of the host's free money with a period and rules: a fixed sum per fund, matches of gifts, or rewards."""

    Kind = ProgrammeKind

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FIXED)
    title = models.CharField(_("名称"), max_length=100)
    # The host's general fund.
    source = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="programmes")
    pot = models.BigIntegerField()
    # The most one fund gets; a fixed programme gives exactly this.
    per_fund = models.BigIntegerField()
    document = models.CharField(_("依据文件"), max_length=200)
    opens_on = models.DateField()
    closes_on = models.DateField()
    # Whose funds may have it: these divisions and everything under them; none means all of the host's.
    divisions = models.ManyToManyField(Division, blank=True, related_name="+")
    # Of the pot, at least so many basis points go to these divisions and what is under them.
    pilots = models.ManyToManyField(Division, blank=True, related_name="+")
    pilot_bp = models.PositiveIntegerField(default=0)
    # Within each division of this level (0: no quota) at most so many awards and so many fen; 0 is no limit.
    quota_level = models.PositiveSmallIntegerField(default=0)
    quota_awards = models.PositiveIntegerField(default=0)
    quota_fen = models.BigIntegerField(default=0)
    by_application = models.BooleanField(default=False)
    apply_until = models.DateField(null=True)
    # The levels an application passes: [{"label", "role", "level" (0 the host, else a division's level), "days"}].
    chain = models.JSONField(default=list)
    # Ended by the host; money that comes back later stays with it.
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    # Since when gifts wait because the host's free money is short.
    waiting_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(per_fund__gt=0, pot__gte=models.F("per_fund")), name="programme_pot_fits"
            ),
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="programme_days_in_order"
            ),
            models.CheckConstraint(condition=models.Q(pilot_bp__lte=10_000), name="programme_pilot_share"),
        ]

    def __str__(self) -> str:
        return self.title


class MatchTerms(models.Model):
    """By which terms a matching programme (配捐) matches gifts. Amounts are fen; 0 means no such limit."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="match_terms")
    ratio_part = models.PositiveIntegerField()
    ratio_whole = models.PositiveIntegerField()
    gift_min = models.BigIntegerField(default=0)
    gift_cap = models.BigIntegerField(default=0)
    # The most one source gets matched in one Shanghai day.
    day_cap = models.BigIntegerField(default=0)
    # The most that all gifts of unknown source get matched together in one day; 0: they are not matched.
    anonymous_day_cap = models.BigIntegerField(default=0)
    # Channels of gifts that count; empty means all.
    channels = models.JSONField(default=list)
    # Organisations whose gifts are never matched, beside the host and public bodies.
    never_matched = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ratio_part__gt=0, ratio_whole__gt=0), name="match_ratio_positive"
            )
        ]


class RewardTerms(models.Model):
    """By which criteria results are scored (以奖代补), and what a score is worth."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="reward_terms")
    rule = models.CharField(max_length=8, choices=RewardRule.choices)
    # [{"key", "label", "most"}]: what reviewers give points for.
    criteria = models.JSONField()
    # [[points, fen]] for sums by bands; empty for shares of the pot.
    bands = models.JSONField(default=list)
    pass_points = models.PositiveIntegerField(default=0)
    reviewers_min = models.PositiveSmallIntegerField(default=2)
    # Which work counts: accepted between these days.
    results_from = models.DateField()
    results_until = models.DateField()


class Application(models.Model):
    """A fund's application to a programme. What it shows of its results is frozen when it is handed in."""

    State = ApplicationState

    code = models.CharField(max_length=20, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="seed_applications")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNDER_REVIEW)
    words = models.TextField()
    results = models.JSONField(default=dict)
    submitted_at = models.DateTimeField()
    submitted_by_id = models.BigIntegerField(null=True)
    approval_code = models.CharField(max_length=20, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    # When rewards were paid: what limited this one, or left it nothing.
    cut = models.CharField(max_length=10, choices=Cut.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "fund"],
                condition=~models.Q(state__in=["refused", "withdrawn"]),
                name="one_live_application",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Score(models.Model):
    """One reviewer's points for an application: one number per criterion, in the criteria's order."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="scores")
    reviewer_id = models.BigIntegerField()
    points = models.JSONField()
    words = models.CharField(max_length=300, blank=True)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewer_id"], name="one_score_per_reviewer")
        ]


class Award(models.Model):
    """What one fund got out of a programme, under which version of the rules, booked by which entry."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="awards")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="seed_awards")
    amount = models.BigIntegerField()
    awarded_at = models.DateTimeField()
    awarded_by_id = models.BigIntegerField(null=True)
    # The rulebook whose clause allowed the sum; None when it was the default.
    rulebook = models.ForeignKey(Rulebook, null=True, on_delete=models.PROTECT, related_name="+")
    entry_id = models.BigIntegerField()
    application = models.OneToOneField(Application, null=True, on_delete=models.PROTECT, related_name="award")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "fund"], name="award_once_per_fund")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.fund_id} {self.amount}"


class Match(models.Model):
    """What one gift drew from a matching programme, in the order of `number`; 0 with the limit that left nothing.

    `source` is a keyed hash of programme, day and the donor's identity: gifts of one source on one day share it, and
    it tells nothing else. `day` is the gift's own day, `base` what was left of the gift when it was matched.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="matches")
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="matches")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="matches")
    number = models.PositiveIntegerField()
    day = models.DateField()
    source = models.CharField(max_length=32, blank=True)
    base = models.BigIntegerField()
    # The terms as the fund's own rules leave them.
    ratio_part = models.PositiveIntegerField()
    ratio_whole = models.PositiveIntegerField()
    fund_cap = models.BigIntegerField()
    amount = models.BigIntegerField()
    cut = models.CharField(max_length=10, choices=Cut.choices, blank=True)
    taken = models.BigIntegerField(default=0)
    # How much of the gift was given back when `taken` was last reckoned.
    refunded = models.BigIntegerField()
    matched_at = models.DateTimeField()
    entry_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "donation"], name="match_once_per_gift"),
            models.UniqueConstraint(fields=["programme", "number"], name="match_in_order"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, taken__gte=0, taken__lte=models.F("amount")),
                name="match_taken_within",
            ),
            models.CheckConstraint(
                condition=models.Q(amount=0) | models.Q(entry_id__isnull=False), name="match_has_entry"
            ),
        ]
        indexes = [models.Index(fields=["programme", "source"], name="match_by_source")]


class TakenBack(models.Model):
    """Part of a match that went back because its gift was given back; negative when a dispute was won after all.

    `left` is what then remained given of the gift; `short` what the fund had already spent and owes the host.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="taken_back")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="taken_back")
    number = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    left = models.BigIntegerField()
    short = models.BigIntegerField(default=0)
    taken_at = models.DateTimeField()
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="taken_back_in_order"),
            models.CheckConstraint(
                condition=~models.Q(amount=0) & models.Q(short__gte=0), name="taken_back_not_nothing"
            ),
        ]
