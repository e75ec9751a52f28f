"""What squashed migrations are made of: a room's tables in one go, and the steps that no table's model tells."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.operations.models import CreateModel


class CreateModels(Operation):
    """Create a room's tables one after the other, each after those it refers to.

    Django renders every model that a new one is related to, by whatever way, anew for each operation, which costs a new
    database most of its time. This renders them once.
    """

    category = OperationCategory.ADDITION

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, [], {"models": self.models}

    def describe(self) -> str:
        return f"Create models {', '.join(model.name for model in self.models)}"

    def state_forwards(self, app_label: str, state: Any) -> None:
        # A state whose rendered models are gone renders all anew when it is asked for them: none is behind then.
        state.__dict__.pop("apps", None)
        state.is_delayed = False
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)


def steps_of(app: str, *names: str) -> list[RunPython]:
    """Return the steps in Python (triggers, rows of reference) of an app's migrations, in the order given."""
    replaced = [import_module(f"apps.{app}.migrations.{name}").Migration for name in names]
    return [step for one in replaced for step in one.operations if isinstance(step, RunPython)]
