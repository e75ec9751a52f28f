"""Addresses of the staff's pages about funds and rules; the public's are disclosure's."""

from django.urls import path

from apps.funds.views import applications, approvals, coordinators, funds, rulebooks

app_name = "funds"
urlpatterns = [
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<str:code>/", approvals.approval, name="approval"),
    path("funds/applications/", applications.application_list, name="applications"),
    path("funds/apply/<str:host>/", applications.apply, name="apply"),
    path("funds/applications/<str:code>/", applications.application, name="application"),
    path("funds/applications/<str:code>/mend/", applications.mend, name="mend"),
    path(
        "funds/applications/<str:code>/withdraw/",
        applications.withdraw_application,
        name="withdraw_application",
    ),
    path("funds/applications/<str:code>/agree/", applications.agree, name="agree"),
    path("funds/applications/<str:code>/open/", applications.open_applied, name="open_applied"),
    path("funds/applications/<str:code>/agreement.pdf", applications.agreement_pdf, name="agreement_pdf"),
    path("funds/applications/<str:code>/scan/", applications.agreement_scan, name="agreement_scan"),
    path("funds/", funds.fund_list, name="list"),
    path("funds/open/<str:host>/", funds.open_fund, name="open"),
    path("funds/coordinators/<str:host>/", coordinators.coordinators, name="coordinators"),
    path(
        "funds/coordinators/<str:host>/<int:role_id>/end/", coordinators.dismiss, name="dismiss_coordinator"
    ),
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
    path("funds/fund/<str:code>/rename/", funds.rename, name="rename"),
    path("funds/fund/<str:code>/restriction/", funds.open_restriction, name="open_restriction"),
]
