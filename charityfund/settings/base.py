"""Every setting, read from the environment (see docs/operators/configuration.md)."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from charityfund.settings.guard import NOT_SECRET, Configuration, DoesNotStart, refusals
from charityfund.settings.reading import Reader

ROOT = Path(__file__).resolve().parents[2]
if (ROOT / ".env").exists():
    environ.Env.read_env(ROOT / ".env")
env = Reader()

MODE = env.text("CHARITYFUND_MODE", "production")
IS_DEMO = MODE == "demo"
IS_PRODUCTION = MODE == "production"
DEBUG = env.yes("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "" if IS_PRODUCTION else NOT_SECRET)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
# Personal fields are sealed with the first key; older ones still open what they sealed.
SEALING_KEYS = env.words("SEALING_KEYS", [SECRET_KEY])
# Personal fields are found by a hash with this key; the oldest sealing key when it is empty.
INDEX_KEY = env.text("INDEX_KEY")
DATA_DIR = Path(env.text("DATA_DIR", str(ROOT / "var")))
WEB_HOSTS = env.whole("WEB_HOSTS", 1, least=1)

ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", [] if IS_PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "djmoney",
    "import_export",
    "django_htmx",
    "csp",
    "apps.core",
    "apps.divisions",
    "apps.users",
    "apps.ledger",
    "apps.funds",
    "apps.registry",
    "apps.projects",
    "apps.donations",
    "apps.governance",
    "apps.grants",
    "apps.seeding",
    "apps.finance",
    "apps.desk",
    "apps.disclosure",
    "apps.demonstration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.unavailable_while_unwritable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.middleware.private_when_signed_in",
    "apps.core.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.without_nul",
    "apps.core.middleware.refusals_as_pages",
]

# Our `i18n` tags stand in for Django's on purpose; see `apps.core.templatetags.i18n`.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
ROOT_URLCONF = "charityfund.urls"
# The site lives at the root, whatever a header says that a server takes for its proxy's: addresses are kept for all.
FORCE_SCRIPT_NAME = ""
WSGI_APPLICATION = "charityfund.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "charityfund.rendering.PerLanguage",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context_processors.site",
                "apps.disclosure.context_processors.house",
                "apps.desk.context_processors.desk_links",
            ],
            "builtins": [
                "apps.core.templatetags.addresses",
                "apps.core.templatetags.figures",
                "apps.core.templatetags.parts",
                "apps.core.templatetags.days",
                "apps.core.templatetags.charts",
            ],
        },
    }
]

FORM_RENDERER = "charityfund.rendering.Renderer"

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.address(
        "DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'charityfund.sqlite3'}",
        begins=("postgres", "postgresql", "sqlite"),
        read=environ.Env.db_url_config,
    )
}
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = dict(SQLITE_OPTIONS)
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Only what asks for it is prepared (`prepared_cursor`). A pooler that gives each transaction another connection
    # may not know the statements of the one before.
    if env.yes("PREPARED_STATEMENTS", default=True):
        DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 1_000_000_000
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "charityfund.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if MODE != "production" else "https"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "apps.users.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "apps.users.forms.SignupForm"
# Limits on attempts count by address: behind proxies, by the one that the outermost trusted proxy saw.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "charityfund" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/files/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

BROKER_DIR = DATA_DIR / "queue"
# The cache holds the limits on attempts, so all worker processes must share it; losing it loses nothing else. Many
# attempts must not push out what others are counted by.
CACHE_URL = env.text("CACHE_URL")
CACHE_OF_FILES: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": DATA_DIR / "cache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}
CACHES: dict[str, dict[str, Any]] = {
    "default": env.address(
        "CACHE_URL", "locmemcache://",
        begins=("locmemcache", "redis", "rediss"), read=environ.Env.cache_url_config,
    ) if CACHE_URL else CACHE_OF_FILES
}  # fmt: skip
CELERY_BROKER_URL = env.address(
    "CELERY_BROKER_URL", "filesystem://",
    begins=("amqp", "amqps", "filesystem", "redis", "redis+socket", "rediss", "sentinel"), read=str,
)  # fmt: skip
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 4 * 3600}
CELERY_TASK_DEFAULT_QUEUE = "money"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# Kept in memory: the sweepers are safe to run any time, and a schedule file torn by a crash would stop beat for good.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
# Sweepers: each finds what a lost kick left behind. Seconds between runs.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    task: {"task": task, "schedule": seconds}
    for task, seconds in {
        "core.deliver_outbox": 20.0,
        "funds.fold_totals": 5.0,
        "funds.settle_applications": 120.0,
        "donations.settle": 10.0,
        "donations.reconcile": 300.0,
        "donations.send_refunds": 60.0,
        "donations.expire": 600.0,
        "donations.remind_pledges": 21_600.0,
        "donations.send_codes": 10.0,
        "donations.send_thanks": 300.0,
        "donations.send_directed_links": 300.0,
        "donations.send_donor_texts": 300.0,
        "donations.close_directed": 300.0,
        "donations.send_plans": 60.0,
        "donations.look_after_plans": 600.0,
        "governance.close_due": 15.0,
        "governance.remind_due": 300.0,
        "governance.warn_of_terms": 21_600.0,
        "governance.follow_decided": 60.0,
        "grants.settle_decided": 30.0,
        "grants.end_notices": 60.0,
        "finance.close_decided_funds": 300.0,
        "finance.book_platform_files": 60.0,
        "grants.tie_donors_of_open": 60.0,
        "grants.remind": 21_600.0,
        "projects.remind_of_milestones": 21_600.0,
        "projects.sweep_unfinished": 21_600.0,
        "projects.sweep_sent_files": 21_600.0,
        "seeding.match_gifts": 60.0,
        "seeding.follow_approvals": 60.0,
    }.items()
}

EMAIL_CONFIG = env.address(
    "EMAIL_URL",
    "smtp://localhost:25" if IS_PRODUCTION else f"filemail:///{DATA_DIR / 'mail'}",
    begins=environ.Env.EMAIL_SCHEMES,
    read=environ.Env.email_url_config,
)
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "noreply@localhost")

# Text messages: `console`, `file`, or the dotted path of a provider's class; empty means none are sent.
SMS_SENDER = env.text("SMS_SENDER", "" if IS_PRODUCTION else "file")
# Whether donors who left a phone number and no e-mail address are thanked by text message. Each text costs money.
SMS_THANKS = env.yes("SMS_THANKS", default=False)

# After how many days an application that was begun and not handed in is deleted. The default is the house's own.
UNFINISHED_DAYS = env.whole("UNFINISHED_DAYS", 60, least=1)

# The ways of paying that donors are offered, in this order (docs/developers/providers.md).
PAYMENT_WAYS = [
    "apps.donations.providers.stripe_checkout.StripeCheckout",
    "apps.donations.providers.bank.BankTransfer",
]
# What a donor can name with a gift beside a fund, a purpose or a campaign: each finds its own by a code.
WISH_FINDERS = ["apps.grants.queries.wishes.project_wish", "apps.grants.queries.wishes.need_wish"]
# Who, beside those with a role, may write down a need for a resident: each tells of its own people.
NEED_RECORDERS = ["apps.governance.queries.holds_a_seat"]
# After how many hours without an event that a payment provider owes finance is told. The default is the house's own.
PROVIDER_SILENCE_HOURS = env.whole("PROVIDER_SILENCE_HOURS", 6, least=1)
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")
# The stand-in of the demonstration and the tests listens here; empty means the real Stripe.
STRIPE_API_BASE = env.text("STRIPE_API_BASE")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
if IS_PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.whole("SECURE_HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.yes("SECURE_HSTS_SUBDOMAINS", default=True)
    SECURE_SSL_REDIRECT = env.yes("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # A browser applies this to the redirect that follows the form, too.
        "form-action": [SELF, "https://checkout.stripe.com", *([STRIPE_API_BASE] if STRIPE_API_BASE else [])],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"apps": {"level": "INFO"}},
}

_found = env.faults + refusals(
    Configuration(
        mode=MODE,
        debug=DEBUG,
        secret_key=SECRET_KEY,
        sealing_keys=SEALING_KEYS,
        index_key=INDEX_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        trusted_origins=CSRF_TRUSTED_ORIGINS,
        database=DATABASES["default"],
        broker_url=CELERY_BROKER_URL,
        web_hosts=WEB_HOSTS,
        cache_url=CACHE_URL,
        site_url=SITE_URL,
        stripe_secret_key=STRIPE_SECRET_KEY,
        stripe_webhook_secret=STRIPE_WEBHOOK_SECRET,
        stripe_api_base=STRIPE_API_BASE,
        sms_sender=SMS_SENDER,
    )
)
if _found:
    raise DoesNotStart(_found)
if CELERY_BROKER_URL.startswith("filesystem"):
    try:
        for _folder in ("messages", "control"):
            (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DoesNotStart([f"DATA_DIR cannot be written to ({error})."]) from error
