"""One-time codes by which a donor without an account proves that a phone number or an e-mail address is theirs."""

from django.db import models

from apps.core.sealing import unseal


class SignInCode(models.Model):
    """A code that somebody asked for. The code itself is nowhere: it is made when it is sent, and only its keyed hash
    stays. The row of an unknown contact looks and behaves the same, but no code fits it.
    """

    # Known to the browser that asked, and to nobody else.
    token = models.CharField(max_length=43, unique=True)
    contact_sealed = models.TextField(blank=True, help_text="emptied once the code is sent")
    contact_index = models.CharField(max_length=64)
    address_index = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact_index", "asked_at"], name="code_by_contact"),
            models.Index(fields=["address_index", "asked_at"], name="code_by_address"),
            models.Index(fields=["asked_at"], name="code_waiting", condition=models.Q(handled_at=None)),
        ]

    @property
    def contact(self) -> str:
        """Where the code goes; "" once it went."""
        return unseal(self.contact_sealed, context=f"sign-in:{self.token}:contact")
