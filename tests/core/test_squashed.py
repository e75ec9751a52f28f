"""A new database, laid by squashed migrations, is the one that the single steps come to."""

import inspect
import sys

import pytest
from django.db.migrations import Migration, RunPython
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from apps.core.squashed import CreateModels

Key = tuple[str, str]


@pytest.fixture(scope="module")
def steps() -> MigrationLoader:
    """All migrations, none of them put in the place of others."""
    return MigrationLoader(None, replace_migrations=False)


def squashed(steps: MigrationLoader) -> dict[Key, Migration]:
    """The rooms' squashed migrations."""
    replacing = {key: step for key, step in steps.disk_migrations.items() if step.replaces}
    found = {key: step for key, step in replacing.items() if type(step).__module__.startswith("apps.")}
    assert found
    return found


def in_python(step: Migration) -> list[RunPython]:
    return [operation for operation in step.operations if isinstance(operation, RunPython)]


def test_no_step_depends_on_a_squashed_one_which_grows(steps: MigrationLoader) -> None:
    for key, step in steps.disk_migrations.items():
        for needed in set(step.dependencies) & set(squashed(steps)):
            end = steps.disk_migrations[needed].replaces[-1]
            pytest.fail(f"{key} depends on {needed}, which grows: write {end}, the step that it ends with")


def test_a_squashed_one_replaces_every_step_up_to_the_one_it_is_named_after(steps: MigrationLoader) -> None:
    for (app, name), step in squashed(steps).items():
        last = name.removeprefix("0001_squashed_")
        numbered = sorted(one for of, one in steps.disk_migrations if of == app and "_squashed_" not in one)
        assert step.replaces == [(app, one) for one in numbered if one <= last], (app, name)


def test_both_ways_know_the_same_tables(steps: MigrationLoader) -> None:
    new = MigrationLoader(None)
    replaced = {key: step.replaces[-1] for key, step in squashed(steps).items()}
    last = [replaced.get(key, key) for key in new.graph.leaf_nodes()]
    changes = MigrationAutodetector(steps.project_state(last), new.project_state()).changes(new.graph)
    assert not changes, {app: [step.operations for step in found] for app, found in changes.items()}


def test_a_new_database_gets_every_law_in_the_order_in_which_they_were_made(steps: MigrationLoader) -> None:
    for key, step in squashed(steps).items():
        tables, *taken = step.operations
        assert isinstance(tables, CreateModels), key
        replaced = [steps.disk_migrations[one] for one in step.replaces]
        whole = [one for one in replaced if any(operation in taken for operation in in_python(one))]
        assert taken == [operation for one in whole for operation in in_python(one)], key
        for one in replaced:
            source = inspect.getsource(sys.modules[type(one).__module__])
            assert one in whole or not in_python(one) or "trigger" not in source.lower(), one
