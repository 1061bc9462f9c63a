"""The Django app."""

from django.apps import AppConfig


class SealingConfig(AppConfig):
    """Sealing 封存."""

    name = "luoshi.sealing"
    label = "sealing"
    default_auto_field = "django.db.models.BigAutoField"
