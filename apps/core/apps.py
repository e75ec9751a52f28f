"""App registration."""

import gc

from django.apps import AppConfig
from django.forms import ChoiceField, Field
from django.utils.translation import gettext_lazy as _

# New objects that outlive the old ones before rubbish is looked for. Python's own 700 has every page and every file's
# rows looked through many times over.
LOOK_EVERY = 50_000


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Ask for an empty field in neighbours' words, on every form; look for rubbish seldom, and not among what lives
        as long as the process."""
        Field.default_error_messages = {"required": _("这一项要填。")}
        ChoiceField.default_error_messages = {
            **ChoiceField.default_error_messages,
            "required": _("请选一项。"),
        }
        gc.freeze()
        gc.set_threshold(LOOK_EVERY, 20, 20)
