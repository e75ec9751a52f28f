"""Addresses of seeding."""

from django.urls import path

from apps.seeding.views import applications, programmes

app_name = "seeding"
urlpatterns = [
    path("seeds/", programmes.programme_list, name="list"),
    path("seeds/open/<str:host>/", programmes.open_programme, name="open"),
    path("seeds/open/<str:host>/<str:kind>/", programmes.open_programme, name="open_kind"),
    path("seeds/programme/<str:code>/", programmes.programme, name="programme"),
    path("seeds/programme/<str:code>/award/", programmes.award, name="award"),
    path("seeds/programme/<str:code>/reward/", programmes.pay_rewards, name="pay_rewards"),
    path("seeds/programme/<str:code>/close/", programmes.close, name="close"),
    path("seeds/mine/", applications.mine, name="mine"),
    path("seeds/programme/<str:code>/apply/<str:fund>/", applications.apply, name="apply"),
    path("seeds/application/<str:code>/", applications.application, name="application"),
    path("seeds/application/<str:code>/score/", applications.score, name="score"),
    path("seeds/application/<str:code>/again/", applications.again, name="again"),
    path("seeds/application/<str:code>/withdraw/", applications.withdraw, name="withdraw"),
]
