"""What a gift is for: one of its fund's purposes, or a project or need that says which. One rule for every channel."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.queries import Wish
from apps.funds.models import Fund, Restriction


def column_of(field: str | None) -> str:
    """Return the column of a list that holds what a form asks in this field: one for purposes, projects and needs."""
    return "purpose" if field in {"restriction", "wish"} else field or ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """The restriction a gift's money is bound to, and the project or need it names; each a code."""

    restriction: str
    wish: str = ""


class Purposes:
    """The purposes of funds and the projects and needs that gifts name, each read once however many gifts there are."""

    def __init__(self) -> None:
        self._of_funds: dict[int, list[Restriction]] = {}
        self._wishes: dict[str, Wish | None] = {}

    def open(self, fund: Fund, day: date) -> list[Restriction]:
        """Return what a gift of that day to a fund may be for, its general purpose first."""
        if fund.pk not in self._of_funds:
            rows = Restriction.objects.filter(fund=fund).order_by("-is_general", "code")
            self._of_funds[fund.pk] = list(rows)
        return [row for row in self._of_funds[fund.pk] if row.until is None or row.until >= day]

    def chosen(self, fund: Fund, code: str | None, day: date) -> str:
        """Return the restriction's code, the general purpose for None. Raises `Refused` if it is not open that day."""
        offered = self.open(fund, day)
        if code is None:
            code = next((row.code for row in offered if row.is_general), "")
        if any(row.code == code for row in offered):
            return code
        if any(row.code == code for row in self._of_funds[fund.pk]):
            raise Refused(_("这个用途已经不收捐款了，请重新选。"), "restriction")
        raise Refused(_("这个用途不属于所选的基金。"), "restriction")

    def decided(self, fund: Fund, code: str | None, wish: str, day: date) -> str:
        """Return the restriction's code; a project or need decides it where one is named. Raises `Refused`."""
        if not wish:
            return self.chosen(fund, code, day)
        bound = self.chosen(fund, self._of_wish(fund, wish), day)
        if code is not None and code != bound:
            raise Refused(_("写了项目或需求，用途就由它定，请只选一样。"), "restriction")
        return bound

    def named(self, fund: Fund, words: str, day: date) -> Purpose:
        """Return what a cell of a list stands for: a purpose by its words or code, or a project or need by its code.

        Empty is the fund's general purpose. Raises `Refused`.
        """
        if not words:
            return Purpose(self.chosen(fund, None, day))
        offered = self.open(fund, day)
        found = [row for row in offered if row.code == words] or [
            row for row in offered if row.purpose == words
        ]
        if len(found) > 1:
            raise Refused(_("%(fund)s有几个用途都这样写，请写用途的编号。") % {"fund": fund.name}, "purpose")
        if found:
            return Purpose(found[0].code)
        if self._wish(words) is None:
            raise Refused(
                _("%(fund)s现在没有“%(words)s”这个用途；请照基金的用途原文写，或者写用途、项目、需求的编号。")
                % {"fund": fund.name, "words": words[:40]},
                "purpose",
            )
        return Purpose(self.decided(fund, None, words, day), words)

    def _wish(self, code: str) -> Wish | None:
        if code not in self._wishes:
            self._wishes[code] = queries.wish_of(code)
        return self._wishes[code]

    def _of_wish(self, fund: Fund, code: str) -> str | None:
        """Return the restriction that a wish's money is bound to, None for the general purpose. Raises `Refused`."""
        wish = self._wish(code)
        if wish is None or not wish.is_open or wish.fund.pk != fund.pk:
            raise Refused(_("这件事现在不收捐款了，可以捐给%(fund)s。") % {"fund": fund.name}, "wish")
        return wish.restriction.code if wish.restriction else None


def chosen_restriction(fund: Fund, code: str | None) -> str:
    """Return the restriction's code, the fund's general purpose when none was chosen. Raises `Refused`."""
    return Purposes().chosen(fund, code, clock.today())


def purpose_of(fund: Fund, code: str | None) -> str:
    """Return the restriction's code, the fund's own purposes for None. Raises `Refused` for another fund's."""
    rows = Restriction.objects.filter(fund=fund)
    found = rows.filter(is_general=True) if code is None else rows.filter(code=code)
    restriction = found.values_list("code", flat=True).first()
    if restriction is None:
        raise Refused(_("这个用途不属于所选的基金。"), "restriction")
    return restriction
