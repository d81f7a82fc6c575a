"""A Django site without a project folder: its settings, and its tables in a
SQLite file or a PostgreSQL database, made by Django's own migrations."""

from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.management import call_command


def _database(url: str) -> dict:
    """What Django's DATABASES says in place of a url."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path,
            "OPTIONS": {"timeout": 20},
        }
    settings_of = {name: values[0]
                   for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": settings_of.get("user") or parts.username or "",
        "HOST": settings_of.get("host") or parts.hostname or "",
        "PORT": settings_of.get("port") or parts.port or "",
    }


APPS = ("django.contrib.auth", "django.contrib.contenttypes")


def make(url: str, apps: tuple = APPS) -> None:
    """Sets Django up; only then its models can be imported. Apps without
    migrations get their tables, too."""
    settings.configure(
        SECRET_KEY="of a test",
        USE_TZ=True,
        TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=list(apps),
        DATABASES={"default": _database(url)})
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
