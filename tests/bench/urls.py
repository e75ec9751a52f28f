"""The site's addresses beside two that do the least possible: a trivial page, and a webhook that only verifies."""

import stripe
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from charityfund.urls import urlpatterns as site

# As large as the public fund page, so that both send the same bytes.
BODY = b"x" * 40_000


def trivial(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


@csrf_exempt
def verify_only(request: HttpRequest) -> HttpResponse:
    signature = request.headers.get("Stripe-Signature", "")
    stripe.Webhook.construct_event(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)  # type: ignore[no-untyped-call]
    return HttpResponse("ok")


urlpatterns = [path("trivial/", trivial), path("verify-only/", verify_only), *site]
