"""The stand-alone script that recomputes a vote: where it lies, and its functions for tests that call it often."""

import importlib.util
from pathlib import Path
from types import ModuleType

from django.conf import settings

SCRIPT = Path(settings.ROOT) / "charityfund" / "static" / "verify" / "recompute_vote.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recompute_vote", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECOMPUTE = _loaded()
