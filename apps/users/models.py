"""People who sign in and what they may act as."""

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a user; without a password they sign in by e-mailed code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create the operator of the installation, who may see the admin but not move money there."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who signs in, known by e-mail."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("电子邮箱"), unique=True)
    name = models.CharField(_("姓名"), max_length=60)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.Model):
    """What a user may act as, where, and between which days.

    The scope is a kind and a code: a host, a division (with everything under it), a fund, or an organisation.
    Seats on a committee are not roles; they live with the committee. A role is never deleted, only ended.
    """

    class Kind(models.TextChoices):
        HOST_ADMIN = "host_admin", _("慈善会管理员")
        FINANCE = "finance", _("财务")
        TOWN_COORDINATOR = "town_coordinator", _("街镇统筹员")
        AUDITOR = "auditor", _("审计员")
        IMPLEMENTER = "implementer", _("项目实施方")

    class Scope(models.TextChoices):
        HOST = "host"
        DIVISION = "division"
        FUND = "fund"
        ORGANISATION = "organisation"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    scope_kind = models.CharField(max_length=20, choices=Scope.choices)
    scope_code = models.CharField(max_length=40)
    valid_from = models.DateField()
    # The last day it holds; none when open. Ended before that: the moment it stopped holding.
    valid_until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "scope_kind", "scope_code", "valid_from"],
                condition=models.Q(ended_at=None),
                name="role_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="role_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["kind", "scope_kind", "scope_code"], name="role_by_scope")]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.scope_kind}:{self.scope_code}"
