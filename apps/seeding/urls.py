"""Addresses of seeding."""

from django.urls import path

from apps.seeding import views

app_name = "seeding"
urlpatterns = [
    path("seeds/", views.programme_list, name="list"),
    path("seeds/open/<str:host>/", views.open_programme, name="open"),
    path("seeds/programme/<str:code>/", views.programme, name="programme"),
    path("seeds/programme/<str:code>/award/", views.award, name="award"),
]
