"""Every verb of the audit trail, and every thing it names, has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from apps.desk.queries.events import PATHS, _words
from apps.desk.queries.fact_words import FACTS
from apps.desk.queries.words import KINDS, VERBS

APPS = Path(__file__).resolve().parents[2] / "apps"


def recorded() -> Iterator[tuple[str, str]]:
    """Yield (verb, file) of every call that records a verb by a text of its own."""
    for path in APPS.rglob("services/**/*.py"):
        yield from _in(path)
    for path in APPS.glob("*/services.py"):
        yield from _in(path)


def _in(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or len(node.args) < 2:
            continue
        if node.func.attr in {"record", "record_many"} and isinstance(node.args[1], ast.Constant):
            yield str(node.args[1].value), path.name


def test_every_verb_has_words() -> None:
    found = dict(recorded())
    assert len(found) > 50
    missing = sorted(set(found) - set(VERBS))
    assert not missing, f"give these verbs words in apps/desk/queries/words.py: {missing}"


def test_every_kind_has_words() -> None:
    missing = sorted(set(PATHS) - set(KINDS))
    assert not missing, f"give these kinds words in apps/desk/queries/words.py: {missing}"


def test_a_fact_that_is_a_moment_is_told_in_local_time() -> None:
    facts = {"closes_at": "2026-11-26T10:00:00.000000Z", "roll": 7, "no": "2026-01Z"}
    assert _words(facts) == "截止：2026-11-26 18:00 · 名册人数：7 · no：2026-01Z"


def test_facts_are_told_in_words_and_sums_in_yuan() -> None:
    facts = {"subject_hash": "ab12", "amount": 1_860_000, "is_secret": True, "reason": ""}
    assert _words(facts) == "内容指纹：ab12 · 金额：¥18,600.00 · 不记名：是"


def test_every_fact_of_a_decision_has_words() -> None:
    keys = {
        word.arg
        for room in ("governance", "seeding", "funds", "grants")
        for path in APPS.glob(f"{room}/services/**/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record"
        for word in node.keywords
        if word.arg
    }
    assert len(keys) > 40 and not sorted(keys - set(FACTS))
