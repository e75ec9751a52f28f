"""Celery: queues are hints, the database holds the truth, so losing a message loses nothing."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "charityfund.spool:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "charityfund.settings.base")

app: Celery = Celery("charityfund")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
