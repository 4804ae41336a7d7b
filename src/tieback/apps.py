"""The one Django app; every package below it shares its migration history."""

from django.apps import AppConfig


class TiebackConfig(AppConfig):
    name = "tieback"
    default_auto_field = "django.db.models.BigAutoField"
