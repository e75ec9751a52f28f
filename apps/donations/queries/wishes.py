"""What a gift can be given for without being bound to it: a project, or a need. Rooms above this one know them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.donations.models import Donation
from apps.donations.states import DonationState
from apps.funds.models import Fund, Restriction


@dataclass(frozen=True, slots=True)
class Wish:
    """A project or a need that a donor can name with a gift.

    The money goes to `fund`, bound to `restriction` where the wish's money comes out of one alone, else to the fund's
    general purpose. `is_open` says whether gifts may still name it.
    """

    code: str
    name: str
    fund: Fund
    address: str
    is_open: bool
    restriction: Restriction | None = None

    @property
    def bound(self) -> str:
        """What the law binds the money to, in one sentence."""
        if self.restriction is not None:
            words = _("这笔钱记在%(fund)s名下，限定用途是“%(purpose)s”，不能改作别的。")
            return words % {"fund": self.fund.name, "purpose": self.restriction.purpose}
        return _("这笔钱记在%(fund)s名下，只能用在这支基金的宗旨里。") % {"fund": self.fund.name}

    @property
    def unbound(self) -> str:
        """What the donor's wish does not bind, in one sentence."""
        return _(
            "“%(name)s”是您的心愿，随这笔捐款记下来，不是限定用途：钱拨给哪个项目、拨多少，由管委会表决，可能用在别的事上。"
        ) % {"name": self.name}


Find = Callable[[str], Wish | None]


@cache
def _finder(path: str) -> Find:
    found: Find = import_string(path)
    return found


def wish_of(code: str) -> Wish | None:
    """Return the project or need that `code` stands for, or None. The finders are `settings.WISH_FINDERS`."""
    if not code:
        return None
    found = (_finder(path)(code) for path in settings.WISH_FINDERS)
    return next((wish for wish in found if wish is not None), None)


def gifts_wishing(code: str) -> int:
    """Return how many gifts in the books name a project or need. Never a sum: one gift's hidden amount would show."""
    return Donation.objects.filter(wish=code, state=DonationState.BOOKED).count()
