"""Django's `{% load static %}` with a quicker `{% static %}`: a file named in quotes is looked up when a template
is read."""

from typing import Any

from django import template
from django.templatetags import static as djangos

from apps.core.ready import is_constant, node_of

register = template.Library()
register.tags.update(djangos.register.tags)


@register.tag("static")
def static(parser: Any, token: Any) -> template.Node:
    """Return the address of a static file."""
    node: Any = djangos.do_static(parser, token)
    if not is_constant(node.path):
        return node  # type: ignore[no-any-return]  # Django types no node
    name, node.varname = node.varname, None
    return node_of(node.render(template.Context()), name)
