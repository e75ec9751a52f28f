"""The public record recomputes with the stand-alone script, hides what it must, and any change to it is noticed."""

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from apps.core import clock
from apps.core.canonical import canonical_json
from apps.donations.models import Donation
from apps.donations.services import choose_name, erase_donor
from apps.funds.models import Fund
from apps.funds.services import suspend_fund
from apps.seeding import services
from apps.seeding.models import Application, Match, Programme
from apps.seeding.queries.record import record_of
from apps.seeding.services import Reach
from tests.cast import Cast
from tests.funds.money import give
from tests.seeding.house import (
    NOW,
    SCRIPT,
    TODAY,
    accepted_work,
    gift,
    give_back,
    open_fixed,
    open_matching,
    open_reward,
    pass_all,
    seat_officers,
)
from tests.seeding.house import recompute_seed as script

pytestmark = pytest.mark.django_db
Record = dict[str, Any]


@pytest.fixture(autouse=True)
def _today(cast: Cast) -> Iterator[None]:
    with clock.set_to(NOW):
        give(cast.general, 50_000_00)
        yield


def published(programme: Programme) -> Record:
    """Return the record as it is downloaded."""
    found: Record = json.loads(canonical_json(record_of(programme)))
    return found


def resealed(record: Record) -> Record:
    """Return a forged record whose forger also made a new fingerprint."""
    return {**record, "fingerprint": script.fingerprint(record)}


def a_busy_programme(cast: Cast, seed: int) -> Programme:
    """Make a programme with random terms, gifts, refunds and a changing mind about names."""
    luck = random.Random(seed)
    pot = luck.choice([300_00, 2_000_00])
    terms = {
        "gift_min": luck.choice([0, 5_00]),
        "gift_cap": luck.choice([0, 60_00]),
        "day_cap": luck.choice([0, 90_00]),
        "anonymous_day_cap": luck.choice([0, 50_00]),
    }
    programme = open_matching(
        cast,
        pot=pot,
        per_fund=luck.choice([pot, pot // 2]),
        ratio=luck.choice([(1, 1), (1, 3), (2, 3)]),
        by_terms=terms,
    )
    gifts: list[Donation] = []
    for _turn in range(30):
        who = luck.randrange(5)
        named = {"name": "王小二", "name_choice": luck.choice(["masked", "anonymous"])} if who == 1 else {}
        gifts.append(
            gift(
                luck.choice([cast.fund, cast.other_fund]),
                luck.randrange(1, 100_00),
                day=TODAY - timedelta(days=luck.randrange(3)),
                contact=f"1380000000{who}" if who else "",
                **named,
            )
        )
        if luck.random() < 0.5:
            services.match_gifts()
        back = luck.choice(gifts)
        back.refresh_from_db()
        if luck.random() < 0.3 and back.left:
            give_back(back, luck.randrange(1, back.left + 1))
    services.match_gifts()
    return programme


@pytest.mark.dear
def test_generated_programmes_recompute(cast: Cast, full: bool) -> None:
    for seed in range(50 if full else 10):
        with transaction.atomic():
            record = published(a_busy_programme(cast, seed))
            assert script.check(record, record["fingerprint"]) == [], seed
            assert {row["kind"] for row in record["rows"]} >= {"match"}, seed
            transaction.set_rollback(True)


def test_the_script_stands_alone(cast: Cast, tmp_path: Path) -> None:
    record = published(a_busy_programme(cast, 3))
    file = tmp_path / "record.json"

    def run(content: str, *more: str) -> subprocess.CompletedProcess[str]:
        file.write_text(content, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-I", str(SCRIPT), str(file), *more], capture_output=True, text=True, check=False
        )

    done = run(json.dumps(record), record["fingerprint"])
    assert (done.returncode, done.stderr) == (0, "")
    assert record["fingerprint"] in done.stdout
    assert run(json.dumps(record), record["fingerprint"][:16]).returncode == 0
    assert run(json.dumps(record), record["fingerprint"][:8]).returncode == 1
    assert run(json.dumps(record), "0" * 64).returncode == 1
    assert run(json.dumps({**record, "left": record["left"] + 1})).returncode == 1
    for broken in ("", "[]", "{}", '{"programme": {}}', "\x00"):
        assert run(broken).returncode == 2


def a_full_programme(cast: Cast) -> Record:
    """A programme in which every cap bites and a refund takes back."""
    programme = open_matching(
        cast,
        pot=150_00,
        per_fund=100_00,
        by_terms={"gift_min": 2_00, "gift_cap": 40_00, "day_cap": 50_00, "anonymous_day_cap": 10_00},
    )
    first = gift(cast.fund, 50_00)
    gift(cast.fund, 30_00)
    gift(cast.fund, 1_00)
    gift(cast.fund, 20_00, contact="")
    gift(cast.fund, 30_00, contact="13900000002")
    gift(cast.fund, 30_00, contact="13900000003")
    gift(cast.other_fund, 33_33, contact="13900000004")
    gift(cast.other_fund, 5_00, name=cast.host.name, kind="organisation", contact="")
    services.match_gifts()
    give_back(first, 12_34)
    services.match_gifts()
    gift(cast.other_fund, 40_00, contact="13900000005")
    services.match_gifts()
    return published(programme)


def whole_numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where whole numbers stand in a record."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from whole_numbers(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from whole_numbers(item, (*path, index))


def changed(record: Record, path: tuple[Any, ...], by: int) -> Record:
    forged = copy.deepcopy(record)
    place: Any = forged
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] += by
    return forged


def test_every_cap_bites_and_every_changed_figure_is_found(cast: Cast) -> None:
    record = a_full_programme(cast)
    cuts = {row.get("cut") for row in record["rows"]}
    assert cuts >= {"minimum", "gift", "day", "fund", "pot", "excluded"}
    assert script.check(record) == []
    for path in whole_numbers(record):
        for by in (-1, 1):
            assert script.check(changed(record, path, by)), path
    # A forger who also makes a new fingerprint is found wherever the figure is part of the arithmetic.
    for path in whole_numbers({"rows": record["rows"], "given": record["given"], "left": record["left"]}):
        if path[-1] in {"amount", "given", "left", "n", "of"}:
            for by in (-1, 1):
                assert script.check(resealed(changed(record, path, by))), path
    for path in (("terms", "gift_cap"), ("terms", "day_cap"), ("programme", "pot")):
        for by in (-1, 1):
            assert script.check(resealed(changed(record, path, by))), path
    # A smaller ratio than the rows'; a larger one would only say that the funds' own rules are tighter.
    assert script.check(resealed(changed(record, ("terms", "ratio", 1), 1)))


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["rows"].pop(),
        lambda r: r["rows"].pop(0),
        lambda r: r["rows"].append(copy.deepcopy(r["rows"][0])),
        lambda r: r["rows"].insert(0, r["rows"].pop()),
        lambda r: r["rows"][1].update(source="0" * 16),
        lambda r: r["rows"][0].update(cut="excluded"),
        lambda r: r["rows"][0].update(cut="state"),
        lambda r: r["rows"][0].update(fund=r["rows"][6]["fund"]),
        lambda r: r["rows"][0].update(day="2020-01-01"),
        lambda r: r["rows"][3].update(source="anonymous:2026-11-20"),
        lambda r: r["programme"].update(divisions=["500110002"]),
        lambda r: r["programme"].update(closes_on="2026-11-20"),
        lambda r: r["funds"].pop(r["rows"][0]["fund"]),
    ],
)
def test_forgeries_are_found_even_with_a_new_fingerprint(cast: Cast, change: Callable[[Record], Any]) -> None:
    record = a_full_programme(cast)
    change(record)
    assert script.check(resealed(record))


# --- what the record may not tell -----------------------------------------------------------------------------------


def test_no_name_no_contact_and_other_marks_in_another_programme(cast: Cast) -> None:
    first, second = open_matching(cast), open_matching(cast)
    gift(cast.fund, 30_00, name="李某某", contact="13912345678", name_choice="masked")
    services.match_gifts()
    one, other = published(first), published(second)
    text = json.dumps([one, other], ensure_ascii=False)
    assert "李" not in text
    assert "13912345678" not in text
    assert one["rows"][0]["source"] != other["rows"][0]["source"]


def test_a_nameless_gift_is_not_told_by_the_donors_named_one(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"day_cap": 50_00})
    named = gift(cast.fund, 40_00, name="李某某", contact="139", name_choice="masked")
    gift(cast.fund, 30_00, name="李某某", contact="139")
    gift(cast.fund, 20_00, contact="138")
    gift(cast.fund, 15_00, contact="138", day=TODAY - timedelta(days=1))
    services.match_gifts()
    rows = published(programme)["rows"]
    # The whole day: a mark on the two rows alone would tell whom it concerns.
    assert [row.get("withheld", False) for row in rows] == [True, True, True, False]
    assert [row["amount"] for row in rows] == [40_00, 10_00, 20_00, 15_00]
    assert all({"gift", "source", "day", "cut"}.isdisjoint(row) for row in rows[:3])
    assert script.check(published(programme)) == []
    # Shown alike, they may be marked alike.
    choose_name(named, name_choice="anonymous", consents=[], by=None)
    rows = published(programme)["rows"]
    assert rows[0]["source"] == rows[1]["source"] != rows[2]["source"]
    assert script.check(published(programme)) == []


def test_an_erased_donor_leaves_the_record_whole(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"day_cap": 50_00})
    gift(cast.fund, 40_00, name="李某某", contact="139", name_choice="masked")
    gift(cast.fund, 40_00, name="李某某", contact="139", name_choice="masked")
    services.match_gifts()
    erase_donor(Donation.objects.order_by("pk")[0].donor, by=None)
    record = published(programme)
    assert script.check(record) == []
    assert [row.get("withheld", False) for row in record["rows"]] == [True, True]


def test_a_withheld_row_above_a_limit_is_found(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"day_cap": 50_00, "gift_cap": 45_00})
    first = gift(cast.fund, 40_00, name="李某某", contact="139", name_choice="masked")
    gift(cast.fund, 40_00, contact="139")
    services.match_gifts()
    give_back(first, 10_00)
    services.match_gifts()
    record = published(programme)
    assert script.check(record) == []
    assert "left" not in record["rows"][2]
    for by in (6_00, -41_00):
        forged = changed(changed(changed(record, ("rows", 0, "amount"), by), ("given",), by), ("left",), -by)
        forged = changed(forged, ("funds", cast.fund.code, "given"), by)
        assert script.check(resealed(forged))


# --- fixed sums and rewards -----------------------------------------------------------------------------------------


def test_fixed_sums_recompute(cast: Cast) -> None:
    reach = Reach(quota_level=4, quota_awards=2, pilots=("500110001001",), pilot_bp=5_000)
    programme = open_fixed(cast, applying=False, pot=300_00, reach=reach)
    for fund in (cast.fund, cast.other_fund):
        services.award(programme, fund=fund, by=cast.admin)
    record = published(programme)
    assert script.check(record) == []
    for path in whole_numbers(record):
        for by in (-1, 1):
            assert script.check(changed(record, path, by)), path
    for key, value in (("quota_awards", 1), ("pilot_bp", 9_000), ("per_fund", 99_00)):
        assert script.check(resealed({**record, "programme": {**record["programme"], key: value}}))


@pytest.mark.dear
@pytest.mark.parametrize("rule", ["share", "bands"])
@pytest.mark.parametrize("seed", range(6))
def test_rewards_recompute(cast: Cast, rule: str, seed: int) -> None:
    luck = random.Random(seed)
    seat_officers(cast.fund, cast.chair, cast.secretary)
    seat_officers(cast.other_fund, cast.members[0], cast.members[1])
    third = Fund.objects.create(
        code="F-N3",
        host=cast.host,
        division_id="500110001001",
        kind="community",
        name="第三基金",
        opened_on=TODAY,
    )
    seat_officers(third, cast.members[2], cast.members[3])
    bands = ((20, 150_00), (60, 900_00)) if rule == "bands" else ()
    programme = open_reward(
        cast,
        by_terms={"rule": rule, "bands": bands, "pass_points": luck.choice([0, 30])},
        per_fund=luck.choice([400_00, 1_000_00]),
        reach=luck.choice(
            [Reach(), Reach(quota_level=5, quota_fen=300_00), Reach(quota_level=5, quota_awards=1)]
        ),
    )
    for fund, by in ((cast.fund, cast.chair), (cast.other_fund, cast.members[0]), (third, cast.members[2])):
        accepted_work(cast, fund, person_times=luck.randrange(1, 500), stars=(5,))
        application = pass_all(cast, services.apply(programme, fund=fund, words="成果", by=by))
        for reviewer in (cast.finance, cast.admin):
            points = [luck.randrange(most + 1) for most in (40, 40, 20)]
            services.score(application, points=points, by=reviewer)
    assert published(programme)["rows"] == [] == published(programme)["applications"]
    if seed == 0:
        suspend_fund(third, reason="换届", by=None)
    with clock.set_to(NOW + timedelta(days=15)):
        services.pay_rewards(programme, by=cast.admin)
    record = published(programme)
    assert script.check(record) == []
    assert len(record["rows"]) == 3 == Application.objects.count()
    for path in whole_numbers(record):
        for by in (-1, 1):
            assert script.check(changed(record, path, by)), path
    for number in range(3):
        for by in (-1, 1):
            assert script.check(resealed(changed(record, ("rows", number, "amount"), by)))
            assert script.check(resealed(changed(record, ("applications", number, "score"), by)))
    assert not Match.objects.exists()
