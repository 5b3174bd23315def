"""Django's admin over the invoices, everybody logged in as a superuser. Peer of the list page."""

import os

import django
from django.apps import AppConfig
from django.conf import settings
from sqlalchemy import make_url

from generator.folding import teach


def _database(address: str) -> dict[str, object]:
    url = make_url(address)
    # A connection kept open, as the other contenders keep theirs.
    kept: dict[str, object] = {"CONN_MAX_AGE": None}
    if url.get_backend_name() == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database, **kept}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.host,
        "PORT": url.port,
        **kept,
    }


class InvoicesConfig(AppConfig):
    name = "tests.benchmarks.peers"
    label = "invoices"


settings.configure(
    SECRET_KEY="benchmark" * 6,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": _database(os.environ["BENCHMARK_DATABASE_URL"])},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        f"{__name__}.InvoicesConfig",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        f"{__name__}.everybody_is_superuser",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    # Sessions need no table: everybody is signed in as the same person.
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()

from django.contrib import admin  # noqa: E402 - Django has to be set up before
from django.contrib.auth.models import User  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import models  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402
from django.dispatch import receiver  # noqa: E402
from django.urls import path  # noqa: E402


class Client(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        app_label = "invoices"
        managed = False
        db_table = "client"

    def __str__(self):
        return self.name


class Invoice(models.Model):
    number = models.CharField(max_length=40, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT)
    status = models.CharField(max_length=20)
    issue_date = models.DateField()
    due_date = models.DateField()
    total_micros = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "invoices"
        managed = False
        db_table = "invoice"

    def __str__(self):
        return self.number


@admin.register(Invoice)
class InvoiceAdmin(admin.ModelAdmin):
    list_display = (
        *("number", "client", "status", "issue_date"),
        *("due_date", "total_micros", "currency", "created_at"),
    )
    list_per_page = 25
    list_filter = ("status",)
    search_fields = ("number",)
    # A list of all clients to choose from would be another page than the panel's.
    autocomplete_fields = ("client",)


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):
    search_fields = ("name",)


def everybody_is_superuser(get_response):
    def answer(request):
        request.user = User(
            pk=1, username="benchmark", is_staff=True, is_superuser=True, is_active=True
        )
        return get_response(request)

    return answer


@receiver(connection_created)
def _teach(connection, **_):
    """The panel's indexes call functions that SQLite does not have by itself."""
    if connection.vendor == "sqlite":
        teach(connection.connection)


def make_tables() -> None:
    """Make Django's own tables, for the log of changes that its admin keeps."""
    call_command("migrate", verbosity=0)
    User.objects.get_or_create(
        pk=1, username="benchmark", is_staff=True, is_superuser=True, is_active=True
    )


urlpatterns = [path("admin/", admin.site.urls)]
app = get_asgi_application()
