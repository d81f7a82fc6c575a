"""A Django site without a project folder: its settings, and its tables in a
SQLite file, made by Django's own migrations."""

from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def make(database: Path) -> None:
    """Sets Django up; only then its models can be imported."""
    settings.configure(
        SECRET_KEY="of a test",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(database),
                "OPTIONS": {"timeout": 20},
            }
        })
    django.setup()
    call_command("migrate", verbosity=0)
