"""Django's settings. What differs from place to place comes from the environment: ``DATABASE_URL``, ``LUOSHI_HOME``,
``LUOSHI_SECRET_KEY``, ``LUOSHI_HOSTS``; for the ledger ``LUOSHI_LEDGER_KEY`` (the file of its keys),
``LUOSHI_LEDGER_ORIGIN`` (the log's name) and ``LUOSHI_SM3`` (1: entries carry SM3 digests, too). Importing this module
touches neither the disk nor the database.
"""

from __future__ import annotations

import os
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
    "luoshi.org",
    "luoshi.casework",
    "luoshi.sealing",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "luoshi.site.urls"
WSGI_APPLICATION = "luoshi.site.wsgi.application"

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
