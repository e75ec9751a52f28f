"""Where a platform's file has its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.finance.rules.columns import bare
from apps.finance.rules.platform_titles import FIELDS, NEEDED, titles_of

HEADER_WITHIN = 40


@dataclass(frozen=True)
class Layout:
    """Which row is the header, what it says, and where each field stands."""

    row: int
    titles: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """The fields that a file cannot do without and this one does not show."""
        return [field for field in NEEDED if field not in self.places]


def lay_out(rows: Sequence[Sequence[str]], platform: str, columns: Mapping[str, str]) -> Layout | None:
    """Return the layout of the row that shows the most fields among a file's first rows; None for an empty file.

    `columns` are the host's own {field: title} and go before the template's. Raises `Refused` when a title that is
    used stands twice.
    """
    found: Layout | None = None
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        one = _layout(index, row, platform, columns)
        if any(row) and (found is None or _weight(one) > _weight(found)):
            found = one
    if found is not None:
        bares = [bare(title) for title in found.titles]
        for place in found.places.values():
            if bares.count(bares[place]) > 1:
                raise Refused(
                    _("表头里“%(title)s”出现了两次，不知道该用哪一列。") % {"title": found.titles[place]},
                    "file",
                )
    return found


def _weight(layout: Layout) -> tuple[int, int]:
    return len(layout.places), sum(1 for title in layout.titles if title)


def _layout(index: int, row: Sequence[str], platform: str, columns: Mapping[str, str]) -> Layout:
    titles = [bare(cell) for cell in row]
    places: dict[str, int] = {}
    for field in FIELDS:
        names = (bare(columns[field]),) if columns.get(field) else titles_of(platform, field)
        name = next((name for name in names if name and name in titles), None)
        if name is not None and titles.index(name) not in places.values():
            places[field] = titles.index(name)
    return Layout(index, tuple(cell.strip() for cell in row), places)
