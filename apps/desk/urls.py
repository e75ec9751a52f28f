"""Addresses of the desk."""

from django.urls import path

from apps.desk.views import audit, calendars, desk, gifts, notices

app_name = "desk"
urlpatterns = [
    path("desk/", desk.mine, name="mine"),
    path("desk/gifts/", gifts.gifts, name="gifts"),
    path("desk/gifts/consents/", gifts.consents, name="consents"),
    path("desk/gifts/my-data.zip", gifts.my_data, name="my_data"),
    path("desk/gifts/<str:code>/", gifts.gift, name="gift"),
    path("gift/<str:key>/where/", gifts.gift_by_key, name="gift_by_key"),
    path("desk/notices/", notices.notices, name="notices"),
    path("desk/notices/read/", notices.read_all, name="read_all"),
    path("desk/notices/wishes/", notices.wishes, name="wishes"),
    path("desk/notices/<str:mark>/", notices.open_notice, name="open_notice"),
    path("desk/calendar/", calendars.calendar, name="calendar"),
    path("desk/calendar/revoke/", calendars.revoke, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendars.feed, name="feed"),
    path("desk/audit/", audit.trail, name="audit"),
    path("desk/audit/checks/", audit.run_checks, name="run_checks"),
]
