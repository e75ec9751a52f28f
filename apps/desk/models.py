"""What a person's desk keeps of its own."""

from django.conf import settings
from django.db import models


class CalendarLink(models.Model):
    """The secret address under which a person's calendar program reads their deadlines; a fingerprint of it only, so
    that nobody who reads this row can use it. Making another, or deleting this, shuts the old address."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
