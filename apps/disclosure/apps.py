"""App registration."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "apps.disclosure"
    label = "disclosure"
