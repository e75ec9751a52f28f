"""Addresses of the desk."""

from django.urls import path

from apps.desk.views import audit, desk

app_name = "desk"
urlpatterns = [
    path("desk/", desk.mine, name="mine"),
    path("desk/gifts/", desk.gifts, name="gifts"),
    path("desk/audit/", audit.trail, name="audit"),
    path("desk/audit/checks/", audit.run_checks, name="run_checks"),
]
