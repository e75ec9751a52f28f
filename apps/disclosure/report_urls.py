"""Addresses of period reports."""

from django.urls import path

from apps.disclosure.views import reports

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/work/", reports.bench, name="report_bench"),
    path("f/<str:code>/reports/", reports.fund_reports, name="fund_reports"),
    path("f/<str:code>/reports/<str:quarter>/", reports.report, name="report"),
    path("f/<str:code>/reports/<str:quarter>/work/", reports.report_work, name="report_work"),
    path("f/<str:code>/reports/<str:quarter>/v<int:version>/", reports.report, name="report_version"),
    path(
        "f/<str:code>/reports/<str:quarter>/v<int:version>/report.json",
        reports.report_file,
        name="report_file",
    ),
]
