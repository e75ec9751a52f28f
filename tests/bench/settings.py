"""The tests' settings with two extra addresses to measure against, and tasks left to workers."""

from charityfund.settings.test import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
CELERY_TASK_ALWAYS_EAGER = False
ALLOWED_HOSTS = ["127.0.0.1"]
STRIPE_SECRET_KEY = "sk_test_bench"
STRIPE_WEBHOOK_SECRET = "whsec_bench"
LOGGING = {}
