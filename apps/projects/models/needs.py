"""What residents ask for."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.divisions.models import Division
from apps.funds.states import Field
from apps.registry.models import Organisation


class Need(models.Model):
    """What a resident asked for, in their own words; public once a secretary of the community's fund publishes it.

    Nothing in this row names anyone: the facts that do are sealed beside it (`NeedPrivate`). `field` and `urgency` are
    the secretary's once the need was sorted; `published_at` is set while everyone may read it.
    """

    class State(models.TextChoices):
        VOICED = "voiced", _("待公开")
        PUBLISHED = "published", _("已公开")
        SET_ASIDE = "set_aside", _("不公开")
        MERGED = "merged", _("已合并")
        MET = "met", _("已解决")
        CLOSED = "closed", _("不办了")

    class Urgency(models.TextChoices):
        UNSORTED = "", _("还没看")
        NORMAL = "normal", _("一般")
        SOON = "soon", _("尽快")
        URGENT = "urgent", _("紧急")

    class Group(models.TextChoices):
        ELDERLY = "elderly", _("老年人")
        CHILDREN = "children", _("儿童")
        DISABLED = "disabled", _("残疾人")
        HARDSHIP = "hardship", _("困难家庭")
        PATIENTS = "patients", _("病人和照护者")
        WOMEN = "women", _("妇女")
        MIGRANTS = "migrants", _("外来居民")
        EVERYONE = "everyone", _("大家")

    class Teller(models.TextChoices):
        RESIDENT = "resident", _("居民自己说的")
        WORKER = "worker", _("社工代为记录")

    class Means(models.TextChoices):
        SERVICE = "service", _("由一次服务解决")
        VOLUNTEER = "volunteer", _("由志愿者解决")
        PROJECT = "project", _("由项目解决")
        OTHER = "other", _("由其他办法解决")

    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.VOICED)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="needs")
    field = models.CharField(max_length=12, choices=Field.choices)
    words = models.CharField(max_length=500)
    place = models.CharField(max_length=60, blank=True)
    groups = models.JSONField(default=list)
    persons = models.PositiveIntegerField(null=True)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.UNSORTED, blank=True)
    teller = models.CharField(max_length=8, choices=Teller.choices, default=Teller.RESIDENT)
    voiced_at = models.DateTimeField()
    voiced_by_id = models.BigIntegerField(null=True)
    # By this code on a slip the one who voiced it finds it again; only a keyed hash of it is kept.
    receipt = models.CharField(max_length=64, blank=True)
    # A keyed hash of the form it came with and of what was in it: the same sent twice is one need, and the same words
    # of two tellers are two.
    sent_as = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)
    # It has a public page from then on: of one that was set aside later, the page says why and nothing else.
    first_published_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    # What everyone is told when it is met or closed; why it was set aside.
    answer = models.CharField(max_length=300, blank=True)
    means = models.CharField(max_length=12, choices=Means.choices, blank=True)
    # Of one met by a service or by volunteers: who did it, on which day, how many helped. A volunteer without an
    # organisation is sealed in `NeedPrivate`; here the name stands only while they agree that everyone reads it.
    met_by = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="needs_met"
    )
    met_by_name = models.CharField(max_length=60, blank=True)
    met_on = models.DateField(null=True)
    helpers = models.PositiveIntegerField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=~models.Q(receipt=""), name="need_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["sent_as"], condition=~models.Q(sent_as=""), name="need_sent_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | (~models.Q(state="merged") & models.Q(merged_into=None)),
                name="need_merged_names_the_kept_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="need_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["met", "closed"]) | ~models.Q(answer=""),
                name="need_over_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["division", "state", "voiced_at"], name="need_by_division"),
            models.Index(fields=["published_at"], name="need_by_publication"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def group_words(self) -> list[str]:
        """Whom it concerns, in words."""
        return [str(self.Group(name).label) for name in self.groups if name in self.Group.values]

    @property
    def is_shown(self) -> bool:
        """Whether everyone reads its words: it was published, and neither set aside nor folded into another."""
        return self.published_at is not None and self.state != self.State.MERGED

    @property
    def done_by(self) -> str:
        """Who met it, as everyone may read it; empty where nobody is on record."""
        if self.met_by is not None:
            return self.met_by.name
        return self.met_by_name or (gettext("志愿者") if self.met_on else "")


class NeedPrivate(models.Model):
    """What a need says about named people, how to reach who voiced it, and the volunteer who met it, sealed; opened by
    a secretary, and that is on record each time (Personal Information Protection Law, articles 28 to 30 and 51)."""

    need = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="private")
    facts = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    volunteer = models.TextField(blank=True)


class NeedPhoto(models.Model):
    """A photograph of what is amiss, cleaned when it came in; public only when the secretary says so."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")


class NeedSecond(models.Model):
    """Someone who says "me too": an account, or a browser that keeps a cookie. `mark` is a keyed hash of either."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="seconds")
    mark = models.CharField(max_length=64)
    has_account = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "mark"], name="need_second_once")]


class Sender(models.Model):
    """That something was sent without an account, by a keyed hash of where from; kept for a day against floods."""

    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["mark", "at"], name="sender_by_mark")]
