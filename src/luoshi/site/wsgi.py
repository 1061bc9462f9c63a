"""The WSGI application, for ``granian --interface wsgi luoshi.site.wsgi:application``."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from luoshi.site import setup

setup()
application = get_wsgi_application()
