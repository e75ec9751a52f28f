"""Addresses of grants; all but objecting for people who sign in."""

from django.urls import path

from apps.grants.views import board, calls, money, objections, officers, reviews

app_name = "grants"
urlpatterns = [
    path("grants/", board.board, name="board"),
    path("grants/payments/", money.payments, name="payments"),
    path("grants/payments/<str:code>/", money.payment, name="payment"),
    path("grants/payments/<str:code>/reject/", money.reject, name="reject"),
    path("grants/returns/<str:code>/", money.money_back, name="money_back"),
    path("grants/table/<str:code>/", officers.table, name="table"),
    path("grants/table/<str:code>/confirm/<str:key>/", reviews.confirm, name="confirm"),
    path("grants/table/<str:code>/return/", reviews.return_application, name="return_application"),
    path("grants/table/<str:code>/not-chosen/", reviews.not_choose, name="not_choose"),
    path("grants/review/<str:code>/", reviews.review, name="review"),
    path("grants/calls/", calls.calls, name="calls"),
    path("grants/calls/new/", calls.new_call, name="new_call"),
    path("grants/calls/<str:code>/", calls.call, name="call"),
    path("grants/calls/<str:code>/edit/", calls.edit_call, name="edit_call"),
    path("grants/calls/<str:code>/publish/", calls.publish_call, name="publish_call"),
    path("grants/calls/<str:code>/cancel/", calls.cancel_call, name="cancel_call"),
    path("grants/calls/<str:code>/extend/", calls.extend_review, name="extend_review"),
    path("grants/calls/<str:code>/experts/", calls.invite_expert, name="invite_expert"),
    path("grants/calls/<str:code>/experts/<int:number>/end/", calls.dismiss_expert, name="dismiss_expert"),
    path("grants/calls/<str:code>/compare/", calls.compare, name="compare"),
    path("grants/calls/<str:code>/export/<str:format>/", calls.export_comparison, name="export_comparison"),
    path("grants/evidence/<str:code>/", officers.evidence, name="evidence"),
    path("grants/evidence/<str:code>/return/", officers.return_evidence, name="return_evidence"),
    path("grants/evidence/<str:code>/<int:number>/", officers.photo, name="photo"),
    path("grants/needs/", officers.needs, name="needs"),
    path("grants/needs/<str:code>/", officers.decide_need, name="decide_need"),
    path("grants/codes/<str:code>/", officers.codes, name="codes"),
    path("grants/objections/<str:code>/", objections.objection, name="objection"),
    path("grants/changes/<str:code>/again/", objections.table_again, name="table_again"),
    path("objections/", objections.find, name="objection_find"),
    path("objections/new/<str:code>/", objections.object_to, name="object"),
    path("objections/<str:code>/", objections.receipt, name="objection_receipt"),
    path("grants/<str:code>/", board.grant, name="grant"),
    path("grants/<str:code>/terminate/", board.terminate, name="terminate"),
    path("grants/<str:code>/ask-back/", board.ask_back, name="ask_back"),
    path("grants/<str:code>/<int:number>/prepare/", money.prepare, name="prepare"),
]
