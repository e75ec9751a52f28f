"""The tests' settings: SQLite unless DATABASE_URL names PostgreSQL, fast hashing, mail kept in memory."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("CHARITYFUND_MODE", "test")
os.environ.setdefault("DATA_DIR", str(Path(tempfile.gettempdir()) / f"charityfund-test-{os.getuid()}"))

from charityfund.settings.base import *  # noqa: F403
from charityfund.settings.base import DATABASES, IS_PRODUCTION

assert not IS_PRODUCTION  # noqa: S101  (the tests set clocks and use the payment stand-in)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"].setdefault("TEST", {})
if template := os.environ.get("TEST_TEMPLATE"):
    # A migrated database that every test process copies (`tests/with_postgres.py`).
    DATABASES["default"]["TEST"]["TEMPLATE"] = template
