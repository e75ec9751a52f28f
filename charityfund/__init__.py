"""The project: settings, addresses, Celery. No rules live here."""

from charityfund.celery import app as celery_app

__all__ = ("celery_app",)
