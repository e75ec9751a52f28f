"""Addresses of the whole site; each app owns its own list."""

from django.contrib import admin
from django.urls import include, path

# Addresses are tried in this order: what the public reads stands first.
urlpatterns = [
    path("", include("apps.disclosure.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("apps.core.urls")),
    path("", include("apps.divisions.urls")),
    path("", include("apps.users.urls")),
    path("", include("apps.funds.urls")),
    path("", include("apps.registry.urls")),
    path("", include("apps.projects.urls")),
    path("", include("apps.donations.urls")),
    path("", include("apps.governance.urls")),
    path("", include("apps.grants.urls")),
    path("", include("apps.seeding.urls")),
    path("", include("apps.finance.urls")),
    path("", include("apps.desk.urls")),
]
