"""Words that everyone reads until an officer keeps them back, which is told with its ground."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Ground(models.TextChoices):
    """Why words are kept from the public."""

    PERSON = "person", _("能认出别人：姓名、电话、住址")
    PRIVATE = "private", _("病情、家事等私事")
    INSULT = "insult", _("辱骂、威胁")
    OFF_TOPIC = "off_topic", _("和这个项目没有关系")


def kept_back(ground: str) -> str:
    """Return what everyone reads in place of words that are kept back on a ground, given in words."""
    return gettext("写的话没有公开：%(ground)s") % {"ground": ground}


def not_read_yet() -> str:
    """Return what everyone reads in place of words that no officer has looked at yet."""
    return gettext("写了话，等管委会的人看过再公开")


class KeptBack(models.Model):
    """A row with public `words` that an officer may keep back on a ground (`withheld_for`) and show again."""

    words: Any
    withheld_for = models.CharField(max_length=12, choices=Ground.choices, blank=True)

    class Meta:
        abstract = True

    @property
    def instead(self) -> str:
        """What everyone reads in place of the words; empty where the words themselves are public."""
        return kept_back(str(Ground(self.withheld_for).label)) if self.withheld_for else ""

    @property
    def told(self) -> str:
        """What everyone reads: the words, or why they are not public."""
        return self.instead or str(self.words)
