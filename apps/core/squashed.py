"""What a squashed migration takes over from those it replaces: steps that no table's model tells."""

from importlib import import_module

from django.db.migrations import RunPython


def steps_of(app: str, *names: str) -> list[RunPython]:
    """Return the steps in Python (triggers, rows of reference) of an app's migrations, in the order given."""
    replaced = [import_module(f"apps.{app}.migrations.{name}").Migration for name in names]
    return [step for one in replaced for step in one.operations if isinstance(step, RunPython)]
