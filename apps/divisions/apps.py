"""App registration."""

from django.apps import AppConfig


class DivisionsConfig(AppConfig):
    name = "apps.divisions"
    label = "divisions"
