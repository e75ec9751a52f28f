"""The calendar's moved days, edited by the operator."""

from django.contrib import admin

from apps.core.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # the class takes no argument at run time
    """Days off, and weekend days that are worked instead."""

    list_display = ("day", "is_work", "note")
    date_hierarchy = "day"
    ordering = ("-day",)
