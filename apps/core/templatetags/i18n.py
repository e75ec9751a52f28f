"""Django's `{% load i18n %}` with a quicker `{% translate %}`.

Templates are kept once per language (`charityfund.rendering.PerLanguage`), so words in which nothing varies are
translated when a template is read: a page has some eighty of them.
"""

from typing import Any

from django import template
from django.template.base import TextNode
from django.templatetags import i18n

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class _Words(template.Node):
    """`{% translate "…" as name %}` with the words in place."""

    def __init__(self, name: str, words: str) -> None:
        self.name, self.words = name, words

    def render(self, context: template.Context) -> Any:
        """Give the words their name."""
        context[self.name] = self.words
        return ""


def translate(parser: Any, token: Any) -> template.Node:
    """Return the words in the language of this moment; whatever depends on variables is left to Django."""
    node: Any = i18n.do_translate(parser, token)
    words = node.filter_expression
    if node.noop or node.message_context or words.filters or words.var.literal is None:
        return node  # type: ignore[no-any-return]  # Django types no node
    name, node.asvar = node.asvar, None
    spoken = node.render(template.Context())
    return _Words(name, spoken) if name else TextNode(spoken)


register.tag("translate", translate)
register.tag("trans", translate)
