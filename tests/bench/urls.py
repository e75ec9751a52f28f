"""The site's addresses beside three to measure with: a page that does nothing, the fund's page without its kept body,
and a webhook that only verifies."""

import stripe
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from apps.disclosure import bodies
from apps.disclosure.views import funds
from charityfund.urls import urlpatterns as site


def trivial(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size)


def fresh(request: HttpRequest, code: str) -> HttpResponse:
    bodies.forget()
    return funds.fund(request, code)


@csrf_exempt
def verify_only(request: HttpRequest) -> HttpResponse:
    signature = request.headers.get("Stripe-Signature", "")
    stripe.Webhook.construct_event(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
    return HttpResponse("ok")


urlpatterns = [
    path("trivial/<int:size>/", trivial),
    path("fresh/<str:code>/", fresh),
    path("verify-only/", verify_only),
    *site,
]
