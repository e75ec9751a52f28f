"""`{% kept "rules" %} … {% endkept %}`: a block of a public page that is rendered only when its keys changed."""

from typing import Any

from django import template

register = template.Library()


class _Kept(template.Node):
    def __init__(self, name: str, nodelist: template.NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: template.Context) -> Any:
        """Return the block from `bodies.page`'s keeper; what it sets stays inside, as it does when it is kept."""
        with context.push():
            return context["keep"](self.name, lambda: self.nodelist.render(context))


@register.tag
def kept(parser: Any, token: Any) -> _Kept:
    """Keep a block under the page's `keys` without those that change `often`. Its name is unique on the page."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return _Kept(name.strip("\"'"), nodelist)
