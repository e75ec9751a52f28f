"""App registration."""

from django.apps import AppConfig
from django.forms import ChoiceField, Field
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Ask for an empty field in neighbours' words, on every form."""
        Field.default_error_messages = {"required": _("这一项要填。")}
        ChoiceField.default_error_messages = {
            **ChoiceField.default_error_messages,
            "required": _("请选一项。"),
        }
