"""Committees and motions in the admin: to look at, never to change. Ballots, rolls and recusals aren't there at all:
listing them before the close would tell the turnout."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.governance.models import Committee, Motion, Seat


class ReadOnly:
    """No adding, changing or deleting, whoever asks."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
