"""Addresses of users; signing in and one's own account are allauth's, under /accounts/."""

from django.urls import path

from apps.users import views

app_name = "users"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("people/<str:host>/", views.people, name="people"),
    path("people/<str:host>/<int:role_id>/end/", views.end_role, name="end_role"),
]
