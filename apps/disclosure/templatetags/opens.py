"""`{% opens text project.code "spent" 2 %}`: a figure of a project that opens to its rows."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.disclosure.queries.project_rows.shape import rows_url

register = template.Library()
ITEMS = {
    "persons": "persons",
    "person_times": "person-times",
    "budget": "spent",
    "vouchers": "spent",
    "attendance": "attendance",
    "satisfaction": "codes",
}


@register.simple_tag(name="rows_url")
def address(code: str, what: str, number: int = 0) -> str:
    """The address of the rows of one figure; empty without a project's code, where a page shows figures before they
    are public."""
    return rows_url(code, what, number) if code else ""


@register.simple_tag
def opens(text: str, code: str, what: str, number: int = 0) -> SafeString:
    """A figure in running text or in a table, underlined with the two lines; plain without a project's code."""
    url = address(code, what, number)
    if not url:
        return format_html("{}", text)
    return format_html(
        '<a class="proof proof-inline" href="{}"><span class="proof-figure">{}</span></a>', url, text
    )


@register.filter
def rows_name(key: str) -> str:
    """The name of the rows behind an item of an acceptance's checklist; empty where it has no figure that adds up."""
    return key if key.startswith("indicator-") else ITEMS.get(key.split("-")[0], "")
