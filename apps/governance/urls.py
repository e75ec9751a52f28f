"""Addresses of governance. The public result page is disclosure's; only its record is served here."""

from django.urls import path

from apps.governance.views import committee, motions, record, recording, rules, ties, voting

app_name = "governance"
urlpatterns = [
    path("vote/<slug:code>/", voting.vote, name="vote"),
    path("m/<slug:code>/record.json", record.record, name="record"),
    path("committee/<slug:code>/", committee.committee, name="committee"),
    path("committee/<slug:code>/seat/", committee.give_seat, name="give_seat"),
    path("committee/<slug:code>/seat/<int:pk>/end/", committee.end_seat, name="end_seat"),
    path("committee/<slug:code>/table/", motions.table, name="table"),
    path("motion/<slug:code>/", motions.motion, name="motion"),
    path("motion/<slug:code>/edit/", motions.edit, name="edit"),
    path("motion/<slug:code>/open/", motions.open_voting, name="open_voting"),
    path("motion/<slug:code>/withdraw/", motions.withdraw, name="withdraw"),
    path("rules/draft/<str:host>/<int:level>/<str:division>/", rules.draft, name="draft_rules"),
    path("motion/<slug:code>/remind/", recording.remind, name="remind"),
    path("motion/<slug:code>/ballots/", recording.ballots, name="ballots"),
    path("motion/<slug:code>/sheet/", recording.attach, name="attach"),
    path("motion/<slug:code>/sheet/<slug:channel>/", recording.sheet, name="sheet"),
    path("ties/", ties.ties, name="ties"),
    path("ties/<int:pk>/end/", ties.end_tie, name="end_tie"),
]
