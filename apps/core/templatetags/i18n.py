"""Django's `{% load i18n %}` with a quicker `{% translate %}`: words in which nothing varies are translated when a
template is read."""

from typing import Any

from django import template
from django.templatetags import i18n

from apps.core.ready import is_constant, node_of

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


def translate(parser: Any, token: Any) -> template.Node:
    """Return the words in the language of this moment; whatever depends on variables is left to Django."""
    node: Any = i18n.do_translate(parser, token)
    if node.noop or node.message_context or not is_constant(node.filter_expression):
        return node  # type: ignore[no-any-return]  # Django types no node
    name, node.asvar = node.asvar, None
    return node_of(node.render(template.Context()), name)


register.tag("translate", translate)
register.tag("trans", translate)
