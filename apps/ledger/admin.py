"""The books in the admin: to look at, never to change."""

from django.contrib import admin

from apps.core.read_only import ReadOnly
from apps.ledger.models import Balance, ChartCode, Entry, Period, Posting


class PostingInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # the stubs are generic, Django is not
    model = Posting
    extra = 0


@admin.register(Entry)
class EntryAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "kind", "source", "host", "day", "memo", "posted_at")
    list_filter = ("kind", "host")
    search_fields = ("=source",)
    show_full_result_count = False
    inlines = [PostingInline]


@admin.register(Period)
class PeriodAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("host", "month", "is_closed", "closed_at")
    list_filter = ("host", "is_closed")


@admin.register(Balance)
class BalanceAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("fund", "restriction", "account", "host", "amount")
    search_fields = ("=fund",)


@admin.register(ChartCode)
class ChartCodeAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("chart", "code", "name", "account")
    list_filter = ("chart",)
