"""Kept files and the reader's own choices."""

from django.urls import path

from apps.core import views

app_name = "core"
urlpatterns = [
    path("files/<str:code>/", views.picture, name="picture"),
    path("files/<str:code>/small/", views.picture, {"small": True}, name="thumbnail"),
    path("files/<str:code>/document/", views.document, name="document"),
    path("choose/", views.choose, name="choose"),
    path("healthz/", views.healthy, name="healthy"),
]
