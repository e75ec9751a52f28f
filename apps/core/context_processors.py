"""What every template may read."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.core.middleware import SIZE_COOKIE


def site(request: HttpRequest) -> dict[str, Any]:
    """The installation's mode and the reader's text size."""
    return {
        "is_demo": settings.IS_DEMO,
        "is_large": request.COOKIES.get(SIZE_COOKIE) == "large",
        "payments_are_test": bool(settings.STRIPE_API_BASE),
    }
