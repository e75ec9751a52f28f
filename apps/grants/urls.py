"""Addresses of grants; all for people who sign in."""

from django.urls import path

from apps.grants.views import board, money, officers

app_name = "grants"
urlpatterns = [
    path("grants/", board.board, name="board"),
    path("grants/payments/", money.payments, name="payments"),
    path("grants/payments/<str:code>/", money.payment, name="payment"),
    path("grants/payments/<str:code>/reject/", money.reject, name="reject"),
    path("grants/returns/<str:code>/", money.money_back, name="money_back"),
    path("grants/table/<str:code>/", officers.table, name="table"),
    path("grants/evidence/<str:code>/", officers.evidence, name="evidence"),
    path("grants/evidence/<str:code>/return/", officers.return_evidence, name="return_evidence"),
    path("grants/evidence/<str:code>/<int:number>/", officers.photo, name="photo"),
    path("grants/needs/", officers.needs, name="needs"),
    path("grants/needs/<str:code>/", officers.decide_need, name="decide_need"),
    path("grants/codes/<str:code>/", officers.codes, name="codes"),
    path("grants/<str:code>/", board.grant, name="grant"),
    path("grants/<str:code>/terminate/", board.terminate, name="terminate"),
    path("grants/<str:code>/ask-back/", board.ask_back, name="ask_back"),
    path("grants/<str:code>/<int:number>/prepare/", money.prepare, name="prepare"),
]
