"""Django's settings. What differs from place to place comes from the environment: ``DATABASE_URL``, ``LUOSHI_HOME``,
``LUOSHI_SECRET_KEY``, ``LUOSHI_HOSTS``. Importing this module touches neither the disk nor the database.
"""

from __future__ import annotations

import os
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
