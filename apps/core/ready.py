"""Parts of templates that stand when a template is read: words and addresses in which nothing varies.

Templates are kept once per language (`charityfund.rendering.PerLanguage`) and a page has some hundred such parts.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template.base import FilterExpression, TextNode
from django.urls import reverse

# Addresses of some ten thousand rows; a page has forty.
MOST_ADDRESSES = 20_000


def is_constant(expression: FilterExpression) -> bool:
    """Whether an expression is a text in quotes, without filters."""
    text = getattr(expression.var, "literal", expression.var)
    return isinstance(text, str) and not expression.filters


class _Named(template.Node):
    """`{% … as name %}` with the text in place."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def render(self, context: template.Context) -> Any:
        """Give the text its name."""
        context[self.name] = self.text
        return ""


def node_of(text: str, name: str | None) -> template.Node:
    """Return what stands for a ready text: itself, or its name for later."""
    return _Named(name, text) if name else TextNode(text)


@lru_cache(maxsize=MOST_ADDRESSES, typed=True)
def address(view: str, /, *args: object, **kwargs: object) -> str:
    """Return the address of a page, worked out once. Raises NoReverseMatch."""
    return reverse(view, args=args, kwargs=kwargs)
