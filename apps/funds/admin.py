"""Funds in the admin: to look at, never to change."""

from django.contrib import admin

from apps.core.read_only import ReadOnly
from apps.funds.models import Clause, DivisionTotal, Fund, Host, Reservation, Restriction, Rulebook


@admin.register(Host)
class HostAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # the stubs are generic, Django is not
    list_display = ("code", "name", "uscc", "division")


class RestrictionInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Restriction
    extra = 0


@admin.register(Fund)
class FundAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name", "kind", "state", "division", "host")
    list_filter = ("kind", "state", "host")
    search_fields = ("=code", "name")
    inlines = [RestrictionInline]


class ClauseInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Clause
    extra = 0


@admin.register(Rulebook)
class RulebookAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "version", "level", "division", "effective_from", "host")
    list_filter = ("level", "host")
    inlines = [ClauseInline]


@admin.register(Reservation)
class ReservationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("fund", "restriction", "source_kind", "source_code", "amount", "remaining", "made_at")
    search_fields = ("=source_code", "=fund__code")


@admin.register(DivisionTotal)
class DivisionTotalAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("division", "month", "flow", "amount", "count", "host")
    search_fields = ("=division",)
    show_full_result_count = False
