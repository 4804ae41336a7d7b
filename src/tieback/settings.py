"""Environment in, nothing clever. `docs/operate.md` lists every variable."""

import os
from pathlib import Path
from typing import Any

import dj_database_url

from tieback.home import home, kept_secret

DEBUG = os.environ.get("TIEBACK_DEBUG") == "1"
SECRET_KEY = os.environ.get("TIEBACK_SECRET_KEY") or kept_secret("secret_key")
ALLOWED_HOSTS = os.environ.get("TIEBACK_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TIEBACK_ORIGINS", "").split(",") if o]

SQLITE_OPTIONS: dict[str, Any] = {
    # A deferred transaction that turns into a write fails with "locked" under load (stack.md §5).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: an answered "linked" has to survive a power cut, not only a killed process.
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;",
}


def database(url: str | None) -> dict[str, Any]:
    """Django's settings for one database: SQLite in the data folder unless a URL names another."""
    config: dict[str, Any] = dict(
        dj_database_url.parse(url or f"sqlite:///{home() / 'tieback.db'}", conn_max_age=60)
    )
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**config.get("OPTIONS", {}), **SQLITE_OPTIONS}
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": database(os.environ.get("TIEBACK_DATABASE_URL"))}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "tieback",
]
AUTH_USER_MODEL = "tieback.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tieback.web.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tieback.web.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "tieback.web.urls"
WSGI_APPLICATION = "tieback.wsgi.application"
CSRF_FAILURE_VIEW = "tieback.web.refusals.forged_form"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

PACKAGE = Path(__file__).parent
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tieback.web.context.shell",
            ],
            "builtins": [
                "tieback.web.templatetags.show",
                "tieback.web.templatetags.watch",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

LANGUAGE_CODE = "en-us"
TIME_ZONE = os.environ.get("TIEBACK_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

HTTPS = os.environ.get("TIEBACK_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# In bytes, for one file and for all files of one form together.
UPLOAD_LIMIT = int(os.environ.get("TIEBACK_UPLOAD_LIMIT_MB", "100")) * 2**20
FILE_UPLOAD_HANDLERS = [
    "tieback.web.erp.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Folders of the server that a person at a browser may name, besides the company's drop folder.
FILE_ROOTS = [r for r in os.environ.get("TIEBACK_FILE_ROOTS", "").split(os.pathsep) if r]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("TIEBACK_LOG_LEVEL", "INFO")},
    # The first two log whole addresses, which may hold what nobody should read; the others tell of
    # every letter of a font that is put into a PDF.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "httpcore", "fontTools", "fpdf")},
}
