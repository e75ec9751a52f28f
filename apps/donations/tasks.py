"""Thin Celery wrappers: safe to repeat, run by name from verbs and by the sweepers."""

from celery import shared_task

from apps.donations import services
from apps.donations.services.directed import audience, links


@shared_task(name="donations.settle")
def settle() -> None:
    """Book what waits in the inbox."""
    while services.settle():
        pass


@shared_task(name="donations.send_refunds")
def send_refunds(code: str = "") -> None:
    """Carry an asked refund, or all that wait, to the provider."""
    services.send_refunds(code)


@shared_task(name="donations.reconcile")
def reconcile() -> None:
    """Find what webhooks lost."""
    services.reconcile()


@shared_task(name="donations.expire")
def expire() -> None:
    """Close what will not be paid, and reminders that nobody needs any more."""
    services.expire()
    services.close_unstarted()
    services.lapse_purposes()
    services.close_pointless()


@shared_task(name="donations.remind_pledges")
def remind_pledges() -> None:
    """Write to the donors whose instalment of a pledge is due soon or was missed."""
    services.remind_pledges()


@shared_task(name="donations.send_codes")
def send_codes() -> None:
    """Send the sign-in codes that donors asked for."""
    services.send_codes()


@shared_task(name="donations.send_thanks")
def send_thanks() -> None:
    """Send the texts of thanks that are due."""
    services.send_thanks()


@shared_task(name="donations.send_donor_texts")
def send_donor_texts() -> None:
    """Tell and ask donors without e-mail by text message."""
    services.send_donor_texts()


@shared_task(name="donations.send_plans")
def send_plans(code: str = "") -> None:
    """Carry a change of a monthly gift, or all that wait, to the provider."""
    services.send_plans(code)


@shared_task(name="donations.look_after_plans")
def look_after_plans() -> None:
    """Pause or stop the monthly gifts of funds that take none now, and ask those whose day has come."""
    services.look_after_plans()
    services.remind()


@shared_task(name="donations.send_directed_links")
def send_directed_links() -> None:
    """Send the links of directed appeals that go out as text messages."""
    links.send_texts()


@shared_task(name="donations.close_directed")
def close_directed() -> None:
    """Close the payment pages of those who were taken off an audience."""
    audience.close_unpaid()
