"""Addresses of divisions."""

from django.urls import path

from apps.divisions import views

app_name = "divisions"
urlpatterns = [path("find/suggest/", views.suggest, name="suggest")]
