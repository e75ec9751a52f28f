"""What templates may ask about people."""

from django import template

from apps.users import queries
from apps.users.queries import DemoSignIn

register = template.Library()


@register.simple_tag
def demo_sign_ins() -> list[DemoSignIn]:
    """Return the cast of the demonstration for the login page; empty anywhere else."""
    return queries.demo_sign_ins()
