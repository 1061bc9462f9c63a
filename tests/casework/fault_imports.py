"""What the processes of the tests of faults have imported when they are begun. Nothing here needs Django set up."""

import chinese_calendar
import django.contrib.auth
import django.contrib.contenttypes
import django.db.backends.postgresql
import django.db.backends.sqlite3
import psycopg
import psycopg_pool

import luoshi.mechanisms.loader
import luoshi.mechanisms.step
import luoshi.worktime.state_council

__all__ = ["chinese_calendar", "django", "luoshi", "psycopg", "psycopg_pool"]
