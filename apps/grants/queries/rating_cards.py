"""What a sheet of rating cards says."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core import clock, qr
from apps.projects.models import Project, RatingCode
from apps.projects.rules import spoken_code


def card_facts(project: Project, codes: Sequence[RatingCode], *, path: str) -> dict[str, Any]:
    """Return the facts of `templates/pdf/cards.typ`. `path` is the page on which a code is typed.

    A card's square holds the code behind the `#` of the address: browsers send that part to nobody, so that it stands
    in no server's log and in no Referer.
    """
    address = settings.SITE_URL + path
    return {
        "title": _("评价卡：%(project)s") % {"project": project.title},
        "lang": "en" if get_language() == "en" else "zh",
        "fund": project.fund.name,
        "project": project.title,
        "how": _("您用过的服务好不好，您说了算。扫码，或打开下面的网址输入这个码："),
        "address": address.split("://", 1)[-1],
        "once": _("一码评一次，不登录，不记名"),
        "alt": _("评价码 "),
        "cards": [
            {
                "code": spoken_code(row.code),
                "qr": qr.svg(f"{address}#{row.code}"),
                "until": _("%(day)s 及以前有效") % {"day": row.valid_until.isoformat()}
                if row.valid_until
                else "",
                "mark": _mark(row, number),
            }
            for number, row in enumerate(codes, 1)
        ],
    }


def _mark(row: RatingCode, number: int) -> str:
    """Return which card of which sheet this is; one that was printed before says so."""
    mark = _("第 %(sheet)d 批 %(number)d 号") % {"sheet": row.sheet or 0, "number": number}
    if row.prints < 2 or row.printed_at is None:
        return mark
    day = clock.day_of(row.printed_at).isoformat()
    return mark + _(" · 重印（第 %(prints)d 次，首印 %(day)s）") % {"prints": row.prints, "day": day}
