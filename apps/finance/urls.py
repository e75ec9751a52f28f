"""Addresses of finance."""

from django.urls import path

from apps.finance.views import (
    batches,
    cash,
    exports,
    hosts,
    life,
    lines,
    months,
    platforms,
    receipts,
    statements,
)

app_name = "finance"
urlpatterns = [
    path("funds/fund/<str:code>/merge/", life.merge, name="merge"),
    path("funds/fund/<str:code>/split/", life.split, name="split"),
    path("funds/fund/<str:code>/close/", life.close_fund, name="close_fund"),
    path("funds/fund/<str:code>/idle/", life.cleanup, name="cleanup"),
    path("funds/surplus/<str:code>/", life.publish_surplus, name="publish_surplus"),
    path("finance/", hosts.home, name="home"),
    path("finance/<str:host>/", lines.lines, name="lines"),
    path("finance/<str:host>/match/", lines.match, name="match"),
    path("finance/<str:host>/line/<int:pk>/", lines.line, name="line"),
    path("finance/<str:host>/statements/", statements.statements, name="statements"),
    path("finance/<str:host>/import/", statements.upload, name="upload"),
    path("finance/<str:host>/import/<str:code>/", statements.preview, name="preview"),
    path("finance/<str:host>/platforms/", platforms.platforms, name="platforms"),
    path(
        "finance/<str:host>/platforms/template/<str:platform>/",
        platforms.platform_template,
        name="platform_template",
    ),
    path("finance/<str:host>/platforms/<str:code>/", platforms.platform_file, name="platform_file"),
    path(
        "finance/<str:host>/platforms/<str:code>/refused/", platforms.platform_errors, name="platform_errors"
    ),
    path("finance/<str:host>/batches/", batches.batches, name="batches"),
    path("finance/<str:host>/batches/<str:code>/", batches.batch, name="batch"),
    path("finance/<str:host>/cash/", cash.cash, name="cash"),
    path("finance/<str:host>/cash/<str:code>/undo/", cash.undo_cash, name="undo_cash"),
    path("finance/<str:host>/months/", months.months, name="months"),
    path("finance/<str:host>/receipts/", receipts.receipts, name="receipts"),
    path("finance/<str:host>/receipts/sheet/", receipts.export_receipts, name="export_receipts"),
    path("finance/<str:host>/receipts/import/", receipts.import_receipts, name="import_receipts"),
    path("finance/<str:host>/receipts/<str:code>/", receipts.receipt, name="receipt"),
    path("finance/<str:host>/export/", exports.exports, name="exports"),
]
