"""Addresses of the staff's pages about funds and rules; the public's are disclosure's."""

from django.urls import path

from apps.funds.views import approvals, funds, rulebooks

app_name = "funds"
urlpatterns = [
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<str:code>/", approvals.approval, name="approval"),
    path("funds/", funds.fund_list, name="list"),
    path("funds/open/<str:host>/", funds.open_fund, name="open"),
    path("funds/rules/", rulebooks.rule_list, name="rules"),
    path("funds/rules/<str:host>/<int:level>/<str:division>/", rulebooks.rulebook, name="rulebook"),
    path(
        "funds/rules/<str:host>/<int:level>/<str:division>/<int:version>/withdraw/",
        rulebooks.withdraw,
        name="withdraw_rulebook",
    ),
    path(
        "funds/rules/<str:host>/<int:level>/<str:division>/<int:version>/document/",
        rulebooks.attach,
        name="attach_document",
    ),
    path("funds/fund/<str:code>/", funds.fund, name="fund"),
    path("funds/fund/<str:code>/move/", funds.move, name="move"),
    path("funds/fund/<str:code>/restriction/", funds.open_restriction, name="open_restriction"),
]
