"""Loading the nation's divisions: repeatable, never deleting, and refusing a faulty file whole."""

import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from apps.core import clock
from apps.core.checks import run
from apps.divisions import services
from apps.divisions.checks import CHECKS
from apps.divisions.models import Division
from apps.divisions.resources import NATION, read

pytestmark = pytest.mark.django_db
BASE = {
    "50": "重庆市",
    "5001": "市辖区",
    "500110": "綦江区",
    "500110001": "古南街道",
    "500110001001": "百步梯社区居民委员会",
    "500110001002": "新街子社区居民委员会",
    "500112": "渝北区",
    "500112001": "双凤桥街道",
    "51": "四川省",
}
Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Return a function that packs divisions, or raw text, into a file."""

    def make(rows: dict[str, str] | None = None, *, text: str | None = None) -> Path:
        lines = ["code,name", *(f"{code},{name}" for code, name in (rows or BASE).items())]
        path = tmp_path / "divisions.csv.xz"
        path.write_bytes(lzma.compress((text if text is not None else "\n".join(lines)).encode()))
        return path

    return make


def load(path: Path, **options: str) -> None:
    call_command("load_divisions", file=path, verbosity=0, **options)


def snapshot() -> dict[str, tuple[str, int, object]]:
    return {row.code: (row.name, row.level, row.closed_on) for row in Division.objects.all()}


def test_a_file_is_loaded_and_loading_it_again_changes_nothing(pack: Pack) -> None:
    load(pack())
    first = snapshot()
    assert {code: (name, closed) for code, (name, _level, closed) in first.items()} == {
        code: (name, None) for code, name in BASE.items()
    }
    assert services.load(BASE) == services.Loaded(total=9, new=0, changed=0, closed=0)
    assert snapshot() == first
    assert not run(CHECKS)


def test_one_subtree_comes_with_its_ancestors(pack: Pack) -> None:
    load(pack(), under="500110")
    assert set(snapshot()) == {"50", "5001", "500110", "500110001", "500110001001", "500110001002"}
    assert not run(CHECKS)


def test_what_vanished_is_closed_what_returned_is_open_and_names_follow(pack: Pack) -> None:
    load(pack())
    fewer = {code: name for code, name in BASE.items() if code != "500110001002"} | {"500112": "渝北新区"}
    with clock.set_to(datetime(2026, 3, 1, 20, tzinfo=UTC)):
        load(pack(fewer))
    assert str(Division.objects.get(pk="500110001002").closed_on) == "2026-03-02"
    assert Division.objects.get(pk="500112").name == "渝北新区"
    assert Division.objects.count() == len(BASE)
    load(pack())
    assert Division.objects.get(pk="500110001002").closed_on is None
    assert Division.objects.get(pk="500112").name == "渝北区"


def test_only_the_loaded_range_is_closed(pack: Pack) -> None:
    load(pack())
    fewer = {code: name for code, name in BASE.items() if code != "500110001002" and code[:6] != "500112"}
    load(pack(fewer), under="500110")
    closed = Division.objects.exclude(closed_on=None)
    assert [row.code for row in closed] == ["500110001002"]


def test_a_part_of_the_nation_without_a_range_does_not_close_the_rest(pack: Pack) -> None:
    villages = {f"500110001{n:03}": f"第{n}社区" for n in range(100, 160)}
    load(pack(BASE | villages))
    before = snapshot()
    with pytest.raises(CommandError, match="--under"):
        load(pack())
    assert snapshot() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "第一行应为"),
        ("name,code\n50,重庆市\n", "第一行应为"),
        ("code,name\n", "一个区划也没有"),
        ("code,name\n50,重庆市\n50,重庆\n", "第 3 行：代码 50 出现了两次"),
        ("code,name\n50,重庆市\n500110,綦江区\n", "500110 的上级不在文件里"),
        ("code,name\n50,重庆市\n500,三位\n", "第 3 行：“500”不是区划代码"),
        ("code,name\n５０,重庆市\n", "不是区划代码"),
        ("code,name\n50,重庆市,多\n", "第 2 行：应该正好有代码和名称两栏"),
        ("code,name\n50, \n", "名称应为"),
        ("code,name\n50,重\x07庆\n", "名称应为"),
        ("code,name\n50," + "长" * 61 + "\n", "名称应为"),
        ('code,name\n50,"重庆\n', "CSV"),
    ],
)
def test_a_faulty_file_is_one_sentence_and_changes_nothing(pack: Pack, text: str, sentence: str) -> None:
    load(pack())
    before = snapshot()
    with pytest.raises(CommandError, match=sentence) as refusal:
        load(pack(text=text))
    assert "\n" not in str(refusal.value)
    assert snapshot() == before


def test_a_file_that_is_no_whole_xz_in_utf8_is_refused(tmp_path: Path) -> None:
    whole = lzma.compress("code,name\n50,重庆市\n".encode())
    path = tmp_path / "x.csv.xz"
    for raw, sentence in [
        (b"code,name\n50,a\n", "xz"),
        (whole[:-20], "xz"),
        (lzma.compress("code,name\n50,重庆市\n".encode("gb18030")), "UTF-8"),
    ]:
        path.write_bytes(raw)
        with pytest.raises(CommandError, match=sentence):
            load(path)
    with pytest.raises(CommandError, match="找不到文件"):
        load(tmp_path / "missing.xz")
    assert not Division.objects.exists()


@pytest.mark.parametrize(
    ("under", "sentence"), [("500111", "没有区划"), ("5001100", "不是区划代码"), ("綦江", "不是区划")]
)
def test_an_unknown_range_is_refused(pack: Pack, under: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        load(pack(), under=under)


def test_a_name_with_a_backslash_arrives_as_written(pack: Pack) -> None:
    load(pack({"50": "重\\n庆"}))
    assert Division.objects.get(pk="50").name == "重\\n庆"


def test_checks_find_an_orphan_and_a_wrong_level() -> None:
    Division.objects.create(code="500110", name="綦江区", level=3)
    Division.objects.create(code="51", name="四川省", level=2)
    assert {violation.name for violation in run(CHECKS)} == {"divisions.levels", "divisions.orphans"}


def test_qijiang_of_the_nations_own_file() -> None:
    rows = read(NATION, under="500110")
    services.load(rows, under="500110")
    levels = dict(Division.objects.values_list("level").annotate(n=Count("pk")).order_by("level"))
    assert levels == {1: 1, 2: 1, 3: 1, 4: 31, 5: 480}
    assert not run(CHECKS)


@pytest.mark.postgres
def test_the_whole_nation() -> None:
    services.load(read(NATION))
    levels = dict(Division.objects.values_list("level").annotate(n=Count("pk")).order_by("level"))
    assert levels == {1: 31, 2: 342, 3: 2978, 4: 41352, 5: 620573}
    assert not run(CHECKS)
