"""The nation's administrative divisions on five levels."""

from django.db import models


class Division(models.Model):
    """A division of mainland China; its code is its key and its path.

    A code has the native length of its level (2, 4, 6, 9 or 12 digits), so a parent is a prefix and
    "everything under 綦江区 500110" is the range of codes from `500110` up to `500111`.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1
        CITY = 2
        COUNTY = 3
        TOWN = 4
        VILLAGE = 5

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    valid_from = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # Hardly any division has one and nobody asks backwards: an index would only slow down the load.
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["level", "code"], name="division_by_level"),
        ]

    def __str__(self) -> str:
        return self.name
