"""Addresses of projects: the implementer's bench, and the residents' pages."""

from django.urls import path

from apps.projects.views import needs, reports, residents, unfinished, work

app_name = "projects"
urlpatterns = [
    path("work/", work.mine, name="mine"),
    path("work/apply/", work.where, name="where"),
    path("work/apply/<str:code>/", work.apply, name="apply"),
    path("work/unfinished/<str:code>/discard/", unfinished.discard, name="discard"),
    path("work/<str:code>/", work.project, name="project"),
    path("work/<str:code>/edit/", work.edit, name="edit"),
    path("work/<str:code>/submit/", work.submit, name="submit"),
    path("work/<str:code>/withdraw/", work.withdraw, name="withdraw"),
    path("work/<str:code>/report/", reports.report, name="report"),
    path("work/<str:code>/report/<str:key>/files/", reports.report_files, name="report_files"),
    path("work/<str:code>/report/<str:key>/files/<int:number>/", reports.sent_file, name="sent_file"),
    path("work/<str:code>/report/<str:evidence>/<int:number>/", reports.photo, name="photo"),
    path("work/<str:code>/report/<str:evidence>/documents/<int:number>/", reports.document, name="document"),
    path("needs/follow/", needs.follow, name="follow_need"),
    path("needs/<str:code>/", needs.need, name="need"),
    path("n/<str:code>/second/", needs.second, name="second_need"),
    path("rate/", residents.rate_by_hand, name="rate_by_hand"),
    path("rated/<str:code>/", residents.rated, name="rated"),
]
