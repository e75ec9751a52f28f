"""Keys turn without losing a name, and a run may be stopped and repeated."""

import ast
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.core.resealing import reseal, sealed_fields
from apps.core.sealing import blind_index, seal
from apps.donations.models import Donor
from apps.donations.services.donors import new_donor
from apps.finance import services as finance
from apps.finance.queries import Words
from apps.projects import services as projects
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LINE = "日期,金额,对方户名,摘要,流水号\n2026-11-18,5,王䶮,捐给小区,L1\n"
ORDER = "订单号,支付时间,捐款金额,基金,捐赠人,留言\nA1,2026-11-18,5,F-BBT,王䶮,加油\n"


@pytest.fixture
def donors(settings: Any) -> list[Donor]:
    settings.SEALING_KEYS, settings.INDEX_KEY = ["first"], ""
    rows = [
        new_donor(name=f"王䶮{n}", contact=f"1380000000{n}", kind="person", user_id=None, now=clock.now())
        for n in range(3)
    ]
    return Donor.objects.bulk_create(rows)


def sealed_into() -> set[str]:
    """Return the names that sealed texts are given to anywhere in the program: a column or a keyword."""
    names = set()
    for path in (Path(__file__).parents[2] / "apps").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg and is_seal(node.value):
                names.add(node.arg)
            if isinstance(node, ast.Assign) and is_seal(node.value):
                names |= {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
    return names


def is_seal(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("seal", "sealing.seal", "seal_bytes")


def test_every_sealed_column_is_named() -> None:
    named = {(one.model, one.column) for one in sealed_fields()}
    columns = {(model, one.name) for model in apps.get_models() for one in model._meta.concrete_fields}
    assert named <= columns
    assert {row for row in columns if row[1].endswith("_sealed")} <= named, "name it in its app's sealed.py"
    assert sealed_into() == {column for _model, column in named}, "name it in its app's sealed.py"


def test_after_the_run_the_old_key_is_not_needed(donors: list[Donor], settings: Any) -> None:
    settings.SEALING_KEYS, settings.INDEX_KEY = ["second", "first"], "first"
    fresh = new_donor(name="新", contact="x@y.cn", kind="person", user_id=None, now=clock.now())
    fresh.save()
    done = reseal()
    assert (done.sealed, done.current, done.indexed, done.unopened) == (6, 2, 0, [])
    again = reseal()
    assert (again.sealed, again.current) == (0, 8)
    settings.SEALING_KEYS = ["second"]
    assert [row.name for row in Donor.objects.order_by("pk")] == ["王䶮0", "王䶮1", "王䶮2", "新"]
    assert Donor.objects.filter(contact_index=blind_index("13800000001")).get().contact == "13800000001"


def test_the_hash_turns_by_itself(donors: list[Donor], settings: Any) -> None:
    settings.INDEX_KEY = "index"
    assert not Donor.objects.filter(contact_index=blind_index("13800000001")).exists()
    assert reseal().indexed == 6
    assert Donor.objects.filter(contact_index=blind_index("13800000001")).exists()
    assert reseal().indexed == 0


def test_a_text_moved_to_another_row_is_named_and_left(donors: list[Donor], settings: Any) -> None:
    first, second = donors[:2]
    Donor.objects.filter(code=second.code).update(name_sealed=first.name_sealed)
    settings.SEALING_KEYS = ["second", "first"]
    with pytest.raises(ValueError, match="another row"):
        _name = Donor.objects.get(code=second.code).name
    with pytest.raises(CommandError, match="name_sealed"):
        call_command("reseal", stdout=StringIO())
    # Put right, the next run goes on where this one was.
    Donor.objects.filter(code=second.code).update(name_sealed=seal("王", context=f"donor:{second.code}:name"))
    told = StringIO()
    call_command("reseal", stdout=told)
    assert "sealed anew 0" in told.getvalue()


def test_bank_lines_and_pieces_of_files_turn_too(cast: Cast, settings: Any) -> None:
    settings.SEALING_KEYS = ["first"]
    upload = finance.keep_upload(cast.host, body=LINE.encode(), filename="流水.csv", by=cast.finance)
    line = finance.import_statement(cast.host, body=LINE.encode(), filename="x", by=cast.finance).lines.get()
    file = finance.keep_platform_file(
        cast.host, platform="other", chunks=[ORDER.encode()], filename="x", by=cast.finance
    )
    settings.SEALING_KEYS = ["second", "first"]
    assert reseal().sealed == 5
    settings.SEALING_KEYS = ["second"]
    line.refresh_from_db()
    upload.refresh_from_db()
    assert (line.counterparty, line.memo, upload.body) == ("王䶮", "捐给小区", LINE.encode())
    assert (file.pieces.get().body, Words(file).of(2)[:2]) == (ORDER.encode(), ("王䶮", "加油"))


def test_what_a_need_says_in_confidence_turns_too(cast: Cast, settings: Any) -> None:
    settings.SEALING_KEYS = ["first"]
    told = projects.voice(
        cast.fund.division, field="safety", words="楼道灯坏了", facts="肾病，透析", contact="13800000001"
    )
    settings.SEALING_KEYS = ["second", "first"]
    assert reseal().unopened == []
    settings.SEALING_KEYS = ["second"]
    assert projects.open_private(told.need, by=cast.secretary) == ("肾病，透析", "13800000001", "")
