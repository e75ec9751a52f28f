"""Addresses of the public pages."""

from django.urls import include, path

from apps.disclosure.views import (
    calls,
    campaigns,
    decisions,
    funds,
    goods,
    places,
    projects,
    rules,
    seed,
    successions,
    vouchers,
)

app_name = "disclosure"
urlpatterns = [
    path("", places.front, name="front"),
    path("find/", places.find, name="find"),
    path("d/<str:code>/", places.division, name="division"),
    path("c/<str:code>/", campaigns.campaign, name="campaign"),
    path("c/<str:code>/gifts/", campaigns.gifts, name="campaign_gifts"),
    path("books/", funds.books, name="books"),
    path("f/<str:code>/", funds.fund, name="fund"),
    path("f/<str:code>/book/", vouchers.book, name="book"),
    path("f/<str:code>/entry/<int:entry_id>/", vouchers.entry, name="entry"),
    path("f/<str:code>/roll/", funds.roll, name="roll"),
    path("f/<str:code>/goods/", goods.goods, name="goods"),
    path("f/<str:code>/rules/", funds.rules, name="rules"),
    path("f/<str:code>/committee/", funds.committee, name="committee"),
    path("rules/<str:host>/", rules.levels, name="rule_levels"),
    path("rules/<str:host>/<int:level>/<str:division>/", rules.level, name="level_rules"),
    path("rules/<str:host>/<int:level>/<str:division>/compare/", rules.compare, name="compare_rules"),
    path("successions/<str:code>/", successions.succession, name="succession"),
    path("successions/<str:code>/proof.json", successions.succession_json, name="succession_json"),
    path("successions/<str:code>/proof.pdf", successions.succession_pdf, name="succession_pdf"),
    path("projects/", projects.projects, name="projects"),
    path("p/<str:code>/", projects.project, name="project"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<str:code>/", calls.call, name="call"),
    path("motions/", decisions.motions, name="motions"),
    path("m/<str:code>/", decisions.motion, name="motion"),
    path("minutes/<str:code>/", decisions.minutes, name="minutes"),
    path("seed/", seed.programmes, name="seeds"),
    path("s/<str:code>/", seed.programme, name="seed"),
    path("s/<str:code>/record.json", seed.record, name="seed_record"),
    path("", include("apps.disclosure.report_urls")),
]
