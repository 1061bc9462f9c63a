"""Django's settings. What differs from place to place comes from the environment: ``DATABASE_URL``, ``LUOSHI_HOME``,
``LUOSHI_SECRET_KEY``, ``LUOSHI_HOSTS``; for the ledger ``LUOSHI_LEDGER_KEY`` (the file of its keys),
``LUOSHI_LEDGER_ORIGIN`` (the log's name) and ``LUOSHI_SM3`` (1: entries carry SM3 digests, too); for the desk
``LUOSHI_HTTPS`` (0: without TLS, for one machine), ``LUOSHI_DEMO`` (1: the demo's accounts are shown),
``LUOSHI_SECOND_FACTOR`` (``all``: officers need one, too), ``LUOSHI_PROXIES`` (how many proxies are trusted before it).
Importing this module touches neither the disk nor the database.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from django.utils.functional import SimpleLazyObject

from luoshi.home import home
from luoshi.site.database import databases
from luoshi.site.secret import secret_key

DATABASES = databases(os.environ.get("DATABASE_URL"), home())
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Lazy, because most commands sign nothing, and type checkers import this module.
SECRET_KEY: Any = SimpleLazyObject(lambda: secret_key(home()))
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LUOSHI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "luoshi.org",
    "luoshi.casework",
    "luoshi.sealing",
    "luoshi.access",
    "luoshi.commitments",
    "luoshi.figures",
    "luoshi.desk",
]
MIDDLEWARE = [
    "luoshi.desk.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "luoshi.desk.language.SpeakLanguage",
]
ROOT_URLCONF = "luoshi.site.urls"
WSGI_APPLICATION = "luoshi.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [Path(__file__).resolve().parent.parent / "desk" / "templates"],
        "OPTIONS": {"environment": "luoshi.desk.templating.environment"},
    }
]

AUTH_USER_MODEL = "access.Account"
LOGIN_URL = "/desk/sign-in/"
LUOSHI_PASSWORD_LENGTH = 10
LUOSHI_PASSWORDS_REMEMBERED = 5
LUOSHI_SECOND_FACTOR = os.environ.get("LUOSHI_SECOND_FACTOR", "administrators")  # or "all"
LUOSHI_IDLE_SECONDS = 30 * 60
LUOSHI_SESSION_SECONDS = 12 * 3600
LUOSHI_SESSIONS_EACH = 3
LUOSHI_ATTEMPTS = 5  # wrong passwords or codes for a name, then it is locked for 1, 2, 4 … 60 minutes
LUOSHI_ATTEMPTS_OF_ADDRESS = 50
LUOSHI_PROXIES = int(os.environ.get("LUOSHI_PROXIES", "0"))  # trusted proxies before us, for the caller's address
AUTHENTICATION_BACKENDS = ["luoshi.access.backend.AccountBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": LUOSHI_PASSWORD_LENGTH}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "officer")},
    },
    {"NAME": "luoshi.access.passwords.NotAgain"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

HTTPS = os.environ.get("LUOSHI_HTTPS", "1") != "0"
DEMO = os.environ.get("LUOSHI_DEMO", "") == "1"
SESSION_ENGINE = "luoshi.access.session"
SESSION_COOKIE_AGE = LUOSHI_SESSION_SECONDS
SESSION_COOKIE_NAME = "luoshi_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "luoshi.desk.errors.forged"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy before it ends TLS, and may answer its own health checks in the clear
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None

STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # `luoshi serve` collects them; tests and type checkers take them as they lie in the source.
    "staticfiles": {
        "BACKEND": "luoshi.site.statics.Statics"
        if os.environ.get("LUOSHI_STATICS") == "collected"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Where nothing was collected the files are found in the source, and the missing folder is no fault.
warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
WHITENOISE_USE_FINDERS = os.environ.get("LUOSHI_STATICS") != "collected"
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

LUOSHI_LEDGER_KEY = Path(os.environ.get("LUOSHI_LEDGER_KEY") or home() / "ledger.key").expanduser()
LUOSHI_LEDGER_ORIGIN = os.environ.get("LUOSHI_LEDGER_ORIGIN", "")
LUOSHI_SM3 = os.environ.get("LUOSHI_SM3", "") == "1"

# What the pool could not reach is told once, by the command or page that wanted it.
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"psycopg.pool": {"level": "CRITICAL"}}}
