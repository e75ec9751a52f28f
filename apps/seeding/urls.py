"""Addresses of seeding."""

from django.urls import URLPattern

app_name = "seeding"
urlpatterns: list[URLPattern] = []
