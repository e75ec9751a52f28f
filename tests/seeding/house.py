"""What the tests of this room set up: programmes of each kind, gifts, refunds."""

import importlib.util
from datetime import date, datetime
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings

from apps.core import clock
from apps.core.codes import new_code
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.donations.services import OfflineGift
from apps.funds import services as funds
from apps.funds.models import Approval, Fund
from apps.governance.models import Committee, Seat
from apps.projects.models import Evidence, Project, RatingCode, SatisfactionReply, Share
from apps.seeding import services
from apps.seeding.models import Application, Programme
from apps.seeding.rules import Ratio
from apps.seeding.services import Applying, Matching, Reward, Step
from apps.users.models import User
from tests.cast import Cast

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
SCRIPT = Path(settings.ROOT) / "charityfund" / "static" / "verify" / "recompute_seed.py"
OPENS, CLOSES = date(2026, 11, 1), date(2026, 12, 31)
_keys = count(1)


def _load() -> ModuleType:
    """Return the script that everyone may download, as a module."""
    spec = importlib.util.spec_from_file_location("recompute_seed", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


recompute_seed = _load()


def facts(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what every programme of these tests says, with changes."""
    usual: dict[str, Any] = {
        "title": "邻里配捐",
        "pot": 1_000_00,
        "per_fund": 800_00,
        "document": "理事会决议〔2026〕3号",
        "opens_on": OPENS,
        "closes_on": CLOSES,
        "by": cast.admin,
    }
    return usual | changes


def open_matching(
    cast: Cast, *, ratio: tuple[int, int] = (1, 1), by_terms: Any = None, **changes: Any
) -> Programme:
    """Open a matching programme: 1:1 unless told, without other caps than the pot's and a fund's."""
    terms = Matching(ratio=Ratio(*ratio), **(by_terms or {}))
    return services.open_programme(cast.host, matching=terms, **facts(cast, **changes))


def _offline(
    fund: Fund, amount: int, *, day: date = TODAY, contact: str = "13800000001", **more: Any
) -> OfflineGift:
    more.setdefault("consents", frozenset({"publish_amount"}))
    return OfflineGift(
        fund=fund, amount=amount, channel="bank", day=day, key=f"t{next(_keys)}", contact=contact, **more
    )


def gift(fund: Fund, amount: int, **more: Any) -> Donation:
    """Record a gift by bank from the person with this contact, who lets everyone see its amount."""
    return donations.record_offline(_offline(fund, amount, **more), by=None)


def gifts(fund: Fund, amount: int, number: int, *, day: date) -> list[Donation]:
    """Record gifts of as many people in one transaction."""
    made = [_offline(fund, amount, day=day, contact=f"139{place:08d}") for place in range(number)]
    return donations.record_many(made, by=None)


def give_back(donation: Donation, amount: int) -> None:
    """Refund a part of a gift."""
    donations.refund(donation, amount=amount, reason="捐赠人要求", by=None)


TOWN_THEN_HOST = (Step("街镇审核", "town_coordinator", 4, 10), Step("区确认", "finance", 0, 5))
CRITERIA = (("服务人次", 40), ("满意度", 40), ("公开", 20))


def open_fixed(cast: Cast, *, applying: bool = True, **changes: Any) -> Programme:
    """Open a programme of ten sums of ¥100 by application through town and host."""
    until = Applying(date(2026, 11, 30), TOWN_THEN_HOST) if applying else None
    usual = {"title": "启动资金", "pot": 1_000_00, "per_fund": 100_00, "applying": until}
    return services.open_programme(cast.host, **facts(cast, **(usual | changes)))


def open_reward(cast: Cast, *, by_terms: Any = None, **changes: Any) -> Programme:
    """Open a reward programme of ¥1,000, at most ¥800 each, by shares of the score unless told."""
    terms = Reward(
        **(
            {
                "rule": "share",
                "criteria": CRITERIA,
                "results_from": date(2026, 1, 1),
                "results_until": date(2026, 11, 30),
            }
            | (by_terms or {})
        )
    )
    usual = {"title": "以奖代补", "applying": Applying(date(2026, 11, 30), TOWN_THEN_HOST), "reward": terms}
    return services.open_programme(cast.host, **facts(cast, **(usual | changes)))


def seat_officers(fund: Fund, chair: User, secretary: User) -> None:
    """Form a fund's committee with a chair and a secretary."""
    committee = Committee.objects.create(
        fund=fund, appointed_by="街道〔2026〕1号", formed_on=date(2026, 1, 1), size=3
    )
    for user, office, kind in ((chair, "chair", "party"), (secretary, "secretary", "social_worker")):
        Seat.objects.create(
            committee=committee,
            user=user,
            office=office,
            kind=kind,
            from_day=date(2026, 1, 1),
            until_day=date(2028, 12, 31),
        )


def accepted_work(cast: Cast, fund: Fund, *, person_times: int, stars: tuple[int, ...] = ()) -> Project:
    """Give a fund a project with one accepted report and some ratings, written directly."""
    project = Project.objects.create(
        code=new_code("P", 6),
        title="午餐",
        field="elderly",
        fund=fund,
        organisation=cast.organisation,
        state="accepted",
        goal="送餐",
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 9, 30),
        expected_persons=1,
        expected_person_times=1,
        asked=1,
        created_at=NOW,
    )
    Share.objects.create(project=project, fund=fund, amount=1)
    Evidence.objects.create(
        code=new_code("E", 6),
        project=project,
        state="accepted",
        words="送了",
        persons=10,
        person_times=person_times,
        filed_at=NOW,
        filed_by_id=cast.implementer.pk,
        decided_at=NOW,
    )
    for given in stars:
        code = RatingCode.objects.create(project=project, code=new_code("", 8), issued_at=NOW)
        SatisfactionReply.objects.create(code=code, stars=given, given_at=NOW)
    return project


def pass_all(cast: Cast, application: Application) -> Application:
    """Let the town and the host agree; eager tasks do not run inside a test's transaction."""
    approval = Approval.objects.get(code=application.approval_code)
    funds.pass_step(approval, by=cast.coordinator)
    funds.pass_step(approval, by=cast.finance)
    services.follow_approvals()
    application.refresh_from_db()
    return application
