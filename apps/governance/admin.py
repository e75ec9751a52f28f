"""Committees and motions in the admin: to look at, never to change. Ballots, rolls and recusals aren't there at all:
listing them before the close would tell the turnout."""

from django.contrib import admin

from apps.core.read_only import ReadOnly
from apps.governance.models import Committee, Motion, Seat


class SeatInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # the stubs are generic, Django is not
    model = Seat
    extra = 0


@admin.register(Committee)
class CommitteeAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("fund", "appointed_by", "formed_on")
    search_fields = ("fund__code", "fund__name")
    inlines = [SeatInline]


@admin.register(Motion)
class MotionAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "number", "title", "state", "opens_at", "closes_at", "decided_at")
    list_filter = ("state", "kind")
    search_fields = ("=code", "title")
    show_full_result_count = False
