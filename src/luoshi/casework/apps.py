"""The Django app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Casework 办件."""

    name = "luoshi.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
