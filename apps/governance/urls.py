"""Addresses of governance. The public result page is disclosure's; only its record is served here."""

from django.urls import path

from apps.governance.views import committee, motions, record, ties, voting

app_name = "governance"
urlpatterns = [
    path("vote/<str:code>/", voting.vote, name="vote"),
    path("m/<str:code>/record.json", record.record, name="record"),
    path("committee/<str:code>/", committee.committee, name="committee"),
    path("committee/<str:code>/seat/", committee.give_seat, name="give_seat"),
    path("committee/<str:code>/seat/<int:pk>/end/", committee.end_seat, name="end_seat"),
    path("committee/<str:code>/table/", motions.table, name="table"),
    path("motion/<str:code>/", motions.motion, name="motion"),
    path("motion/<str:code>/edit/", motions.edit, name="edit"),
    path("motion/<str:code>/open/", motions.open_voting, name="open_voting"),
    path("motion/<str:code>/withdraw/", motions.withdraw, name="withdraw"),
    path("motion/<str:code>/remind/", motions.remind, name="remind"),
    path("motion/<str:code>/paper/", motions.paper, name="paper"),
    path("ties/", ties.ties, name="ties"),
    path("ties/<int:pk>/end/", ties.end_tie, name="end_tie"),
]
