"""Addresses of registry."""

from django.urls import path

from apps.registry import views

app_name = "registry"
urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.register, name="register"),
    path("organisations/<str:code>/", views.organisation, name="organisation"),
    path("organisations/<str:code>/people/", views.add_implementer, name="add_implementer"),
    path("organisations/<str:code>/people/<int:role_id>/end/", views.end_implementer, name="end_implementer"),
    path("organisations/<str:code>/account/", views.change_payee, name="change_payee"),
    path("organisations/<str:code>/account/check/", views.check_payee, name="check_payee"),
    path("organisations/<str:code>/suspend/", views.move, {"state": "suspended"}, name="suspend"),
    path("organisations/<str:code>/restore/", views.move, {"state": "active"}, name="restore"),
]
