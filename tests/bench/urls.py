"""The site's addresses beside four to measure with: a page that does nothing, the fund's page with nothing kept of any
page, the same just after a gift, and a webhook that only verifies."""

import stripe
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from apps.core import versions
from apps.disclosure import bodies
from apps.disclosure.views import funds
from charityfund.urls import urlpatterns as site


def trivial(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size)


def cold(request: HttpRequest, code: str) -> HttpResponse:
    """Everything changed, or nobody looked yet: nothing is kept, the whole page comes from the database."""
    bodies.forget()
    return funds.fund(request, code)


def gift(request: HttpRequest, code: str) -> HttpResponse:
    """The version that booking a gift raises was raised just now; the write is a part of what is measured."""
    versions.bump(f"money:{code}")
    return funds.fund(request, code)


@csrf_exempt
def verify_only(request: HttpRequest) -> HttpResponse:
    signature = request.headers.get("Stripe-Signature", "")
    stripe.Webhook.construct_event(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
    return HttpResponse("ok")


urlpatterns = [
    path("trivial/<int:size>/", trivial),
    path("cold/<str:code>/", cold),
    path("gift/<str:code>/", gift),
    path("verify-only/", verify_only),
    *site,
]
