"""A quicker `{% url %}`: an address in which nothing varies is worked out when a template is read, any other once."""

from contextlib import suppress
from typing import Any

from django import template
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from apps.core.ready import address, is_constant, node_of

register = template.Library()


class _Address(URLNode):
    def render(self, context: template.Context) -> Any:
        """Return the address as Django does, or give it its name."""
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {key: value.resolve(context) for key, value in self.kwargs.items()}
        try:
            found = address(self.view_name.resolve(context), *args, **kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar is None:
            return conditional_escape(found) if context.autoescape else found
        context[self.asvar] = found
        return ""


@register.tag
def url(parser: Any, token: Any) -> template.Node:
    """Return the address of a page."""
    node: Any = djangos(parser, token)
    if is_constant(node.view_name) and not node.args and not node.kwargs:
        # Where an address does not exist, only who gets as far as this tag may complain.
        with suppress(NoReverseMatch):
            return node_of(address(node.view_name.resolve(template.Context())), node.asvar)
    return _Address(node.view_name, node.args, node.kwargs, node.asvar)
