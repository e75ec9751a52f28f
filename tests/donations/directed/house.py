"""Short ways to an appeal that runs, with somebody on its audience."""

import secrets
from datetime import timedelta
from typing import Any

from apps.core import clock
from apps.donations import queries
from apps.donations.models import DirectedAppeal, Donation, Invitee
from apps.donations.roster import RosterLine
from apps.donations.services import Shown
from apps.donations.services.directed import audience, giving, links, writing
from tests.cast import Cast

NAME, PHONE = "王䶮𠮷", "13900001234"


def text(**changes: Any) -> writing.AppealText:
    today = clock.today()
    words: dict[str, Any] = {
        "name": "理事会春节慰问",
        "purpose": "慰问独居老人",
        "use_of_money": "米油和上门看望",
        "use_plan": "春节前分两批发放",
        "surplus": "转入本基金同类项目",
        "starts_on": today,
        "ends_on": today + timedelta(days=20),
        "roster": "理事会名册 2026 年 3 月版",
        "responsible": "何玲",
        "contact": "023-00000000",
        "bank_account": "演示银行 8888",
    }
    return writing.AppealText(**(words | changes))


def written(cast: Cast, **changes: Any) -> DirectedAppeal:
    return writing.write_appeal(cast.fund, text(**changes), token=secrets.token_hex(16), by=cast.admin)


def invited(cast: Cast, appeal: DirectedAppeal, **changes: Any) -> Invitee:
    words: dict[str, Any] = {"row": 1, "name": NAME, "contact": PHONE, "capacity": "council"}
    return audience.invite(appeal, RosterLine(**(words | changes)), by=cast.admin)


def running(cast: Cast, **changes: Any) -> Invitee:
    """Somebody on the audience of an appeal that runs, with a link."""
    appeal = written(cast)
    row = invited(cast, appeal, **changes)
    appeal = writing.open_appeal(appeal, by=cast.finance)
    links.send_links(appeal, by=cast.admin)
    return latest(row)


def latest(row: Invitee) -> Invitee:
    return Invitee.objects.select_related("appeal__host", "appeal__fund__host").get(pk=row.pk)


def link(row: Invitee) -> queries.directed.Link:
    found = queries.directed.link_of(latest(row).token)
    assert found is not None
    return found


def answer(row: Invitee, **changes: Any) -> Donation:
    words: dict[str, Any] = {
        "amount": 30_000,
        "channel": "bank",
        "name_choice": "masked",
        "contact": latest(row).contact,
        "shown": Shown(amount=True),
    }
    token = changes.pop("form_token", secrets.token_hex(16))
    return giving.answer_appeal(link(row), giving.Answer(**(words | changes)), form_token=token)
