"""Monthly gifts as tests begin them, and how they look at them afterwards."""

from collections.abc import Callable
from typing import Any

from apps.donations import services
from apps.donations.models import GivingPlan
from apps.donations.providers.stand_in.handle import StandIn

Begin = Callable[..., GivingPlan]
WORDS: dict[str, Any] = {
    "amount": 5_000,
    "day": 15,
    "rail": "card",
    "name_choice": "anonymous",
    "contact": "donor@example.org",
    "consents": ("provider_abroad",),
}


def told(stand_in: StandIn, **how: Any) -> None:
    """Let the provider's waiting events go, and settle until nothing is left."""
    stand_in.webhooks.let_go(**how)
    while services.settle():
        pass


def fresh(plan: GivingPlan) -> GivingPlan:
    """Return the plan as it is now."""
    return GivingPlan.objects.select_related("fund__host", "host", "donor").get(pk=plan.pk)


def subscription(stand_in: StandIn, plan: GivingPlan) -> Any:
    """Return what the provider keeps of the plan."""
    return stand_in.store.things[str(fresh(plan).subscription_id)]
