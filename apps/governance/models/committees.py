"""A fund's committee: its seats and terms, the papers that appoint it, its hand-overs, what its supervisors write."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import StoredFile
from apps.funds.models import Fund
from apps.governance.states import HandOverState

VOTING_OFFICES = ("chair", "member")


class Committee(models.Model):
    """The management committee (管委会) of a fund."""

    fund = models.OneToOneField(Fund, on_delete=models.PROTECT, related_name="committee")
    appointed_by = models.CharField(_("任命文件"), max_length=200, blank=True)
    formed_on = models.DateField()
    size = models.PositiveSmallIntegerField(default=0, help_text="voting seats set up, vacant ones included")
    sized_on = models.DateField(null=True, help_text="when `size` was last set")


class Seat(models.Model):
    """One person's place on (or beside) a committee, for a term. Only the chair and the members vote."""

    class Office(models.TextChoices):
        CHAIR = "chair", _("主任")
        MEMBER = "member", _("委员")
        SECRETARY = "secretary", _("秘书（专职社工）")
        SUPERVISOR = "supervisor", _("监督员")
        SUBSTITUTE = "substitute", _("候补委员")

    class Kind(models.TextChoices):
        PARTY = "party", _("社区党组织和两委")
        RESIDENT = "resident", _("居民")
        DONOR = "donor", _("捐赠人")
        SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
        SOCIAL_WORKER = "social_worker", _("社会工作者")
        VOLUNTEER = "volunteer", _("志愿者")
        FIRM = "firm", _("企业")
        HOST_STAFF = "host_staff", _("慈善会")

    class Ending(models.TextChoices):
        RESIGNED = "resigned", _("辞去")
        TERM_OVER = "term_over", _("任期结束")
        MOVED = "moved", _("搬离本地")
        REMOVED = "removed", _("免去")
        DIED = "died", _("去世")
        CALLED_UP = "called_up", _("递补为委员")
        HANDED_OVER = "handed_over", _("换届")
        OFFICE_CHANGED = "office", _("改任职务")

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    office = models.CharField(max_length=12, choices=Office.choices)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    from_day = models.DateField()
    until_day = models.DateField()
    # When a seat begins within its first day: the moment at which the one before it ended.
    began_at = models.DateTimeField(null=True, blank=True)
    # Set when someone leaves before the term is over; from that moment the seat is nobody's.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    succeeds = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors"
    )
    rank = models.PositiveSmallIntegerField(
        default=0, help_text="a substitute's place in the order of a kind"
    )
    is_paid = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__gte=models.F("from_day")), name="seat_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["committee", "user", "from_day"],
                condition=models.Q(ended_at=None),
                name="seat_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_office_display()}"

    @property
    def votes(self) -> bool:
        """Whether this office votes: the chair and the members do."""
        return self.office in VOTING_OFFICES

    @property
    def starts_at(self) -> datetime:
        """The first moment of the seat."""
        return self.began_at or clock.midnight(self.from_day)

    @property
    def stops_at(self) -> datetime:
        """The first moment at which the seat is no longer held: ended before, or the term over."""
        over = clock.midnight(self.until_day + timedelta(days=1))
        return min(self.ended_at, over) if self.ended_at else over


class Tie(models.Model):
    """A member's relation to an organisation (kin, employer, officer), or to a restricted gift as its donor."""

    class Kind(models.TextChoices):
        KIN = "kin", _("亲属")
        EMPLOYER = "employer", _("受雇")
        OFFICER = "officer", _("任职")
        DONOR = "donor", _("捐赠")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ties")
    organisation_code = models.CharField(max_length=20, blank=True)
    restriction = models.CharField(max_length=24, blank=True, default="")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # Read from the gifts by the system, which ends it when they are refunded; a person's own word is theirs to end.
    is_derived = models.BooleanField(default=False)
    declared_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="donor", organisation_code="") & ~models.Q(restriction="")
                | ~models.Q(kind="donor") & models.Q(restriction="") & ~models.Q(organisation_code=""),
                name="tie_to_one_thing",
            )
        ]


class Kinship(models.Model):
    """Somebody's word that another person is close kin. It holds for both, whoever of them said it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kinships")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "other"], condition=models.Q(ended_on=None), name="kinship_once"
            ),
            models.CheckConstraint(condition=~models.Q(user=models.F("other")), name="kinship_of_two"),
        ]


class Appointment(models.Model):
    """A paper by which the committee, or some of its seats, were appointed. Its scan is for staff only."""

    code = models.CharField(max_length=20, unique=True)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="appointments")
    # Without seats it appoints the committee as a whole.
    seats = models.ManyToManyField(Seat, related_name="appointments", blank=True)
    number = models.CharField(_("文号"), max_length=80)
    issuer = models.CharField(_("发文单位"), max_length=80)
    issued_on = models.DateField(_("发文日期"))
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filed_by_id = models.BigIntegerField(null=True)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["committee", "number"], name="appointment_once")]


class HandOver(models.Model):
    """One committee hands over to the next: what is open, and who sits from the moment both chairs have confirmed."""

    code = models.CharField(max_length=20, unique=True)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="hand_overs")
    state = models.CharField(max_length=10, choices=HandOverState.choices, default=HandOverState.PREPARED)
    size = models.PositiveSmallIntegerField()
    papers = models.TextField(blank=True, help_text="documents and things that change hands, one a line")
    prepared_by_id = models.BigIntegerField(null=True)
    prepared_at = models.DateTimeField()
    outgoing_by_id = models.BigIntegerField(null=True)
    outgoing_at = models.DateTimeField(null=True)
    incoming_by_id = models.BigIntegerField(null=True)
    incoming_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    record = models.JSONField(
        null=True, help_text="what was open at the hand-over, written once when it is done"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee"],
                condition=models.Q(state=HandOverState.PREPARED),
                name="one_hand_over_at_a_time",
            )
        ]


class HandOverSeat(models.Model):
    """One person of the coming committee."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="planned")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=12, choices=Seat.Office.choices)
    kind = models.CharField(max_length=24, choices=Seat.Kind.choices)
    until_day = models.DateField()
    rank = models.PositiveSmallIntegerField(default=0)
    is_paid = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hand_over", "user"], name="planned_once")]


class SupervisorOpinion(models.Model):
    """What a supervisor writes about a motion or a year. It is never changed; a further one may be added."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="opinions")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="opinions")
    motion = models.ForeignKey(
        "governance.Motion", on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(motion=None, year__isnull=False)
                | models.Q(motion__isnull=False, year=None),
                name="opinion_on_one_thing",
            )
        ]
