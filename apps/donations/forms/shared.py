"""What the forms of this room share."""

import secrets
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import money
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.models import Campaign, Consent
from apps.funds.models import Host

GUARDIAN_ON_PAPER = _("手上有孩子父母或其他监护人同意的书面记录")


def new_token() -> str:
    """Return the token of one form: sent twice, it does its work once."""
    return secrets.token_urlsafe(16)


def read_amount(form: forms.Form, name: str) -> int | None:
    """Return the fen typed into a field, or None after writing the reason above it."""
    try:
        return money.parse_amount(form.cleaned_data.get(name) or "", field=name)
    except Refused as refusal:
        form.add_error(name, str(refusal))
        return None


def under_14_field() -> forms.BooleanField:
    """Return the question whether a child under 14 gives; no birthday is asked for."""
    return forms.BooleanField(
        label=_("捐款的孩子不满 14 岁"), help_text=_("要监护人一起填。不问生日。"), required=False
    )


def guardian_field(label: Any) -> forms.BooleanField:
    """Return the consent of a parent or other guardian, without which no such child gives (PIPL, article 31)."""
    return forms.BooleanField(label=label, required=False)


class CampaignField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The filed plan that money counts for; the verb judges its day and its fund."""

    def __init__(self, help_text: Any = "") -> None:
        super().__init__(
            Campaign.objects.none(),
            label=_("属于哪个募捐活动"),
            required=False,
            to_field_name="code",
            empty_label=_("不属于哪个募捐活动"),
            help_text=help_text or _("为这个活动募来的才选，算进它公布的收入；收到那天要在它的期限里。"),
        )

    def label_from_instance(self, obj: Campaign) -> str:
        """Return the plan's name with its days."""
        return f"{obj.name}（{obj.starts_on.isoformat()} – {obj.ends_on.isoformat()}）"


def offer_campaigns(form: forms.Form, hosts: Collection[Host]) -> None:
    """Let a form choose among the plans of these hosts that have begun; without any it does not ask."""
    field, rows = form.fields["campaign"], queries.begun_campaigns(hosts)
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
    if not rows.exists():
        field.widget = forms.HiddenInput()


def consents_on_paper(facts: dict[str, Any]) -> frozenset[str]:
    """Return what finance says was agreed to on paper; a guardian agrees for a child only."""
    asked = {Consent.Purpose.PUBLISH_NAME.value, Consent.Purpose.PUBLISH_AMOUNT.value}
    if facts["is_under_14"]:
        asked.add(Consent.Purpose.GUARDIAN.value)
    return frozenset(purpose for purpose in asked if facts.get(purpose))
