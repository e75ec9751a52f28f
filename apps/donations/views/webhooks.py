"""Where payment providers tell us what happened, each at an address of its own."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.donations import services
from apps.donations.providers.base import BadEvent

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def deliver(request: HttpRequest, channel: str) -> HttpResponse:
    """Keep a signed event and answer 200 at once; 400 for anything that is not one. Nothing is booked here."""
    try:
        services.receive_event(channel, request.body, request.headers)
    except (BadEvent, RequestDataTooBig, UnreadablePostError) as error:
        logger.warning("a delivery was refused: %s", error)
        return HttpResponse("not accepted", status=400, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
