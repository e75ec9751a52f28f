"""What the forms of this room share."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock, money
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.models import Campaign, Consent
from apps.donations.states import DedicationKind
from apps.funds.models import Fund, Host, Restriction

ON_PAPER = (Consent.Purpose.PUBLISH_NAME, Consent.Purpose.PUBLISH_AMOUNT, Consent.Purpose.DEDICATION)
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


def dedication_field() -> forms.CharField:
    """Return for whom, or in whose name, a gift is given."""
    return forms.CharField(
        label=_("献给谁、以谁的名义"), help_text=_("最多 30 个字。"), required=False, max_length=120
    )


def dedication_kind_field() -> forms.ChoiceField:
    """Return which of the two it is."""
    return forms.ChoiceField(
        label=_("是哪一种"), required=False, widget=forms.RadioSelect, choices=DedicationKind.choices
    )


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


class PurposeField(forms.ChoiceField):
    """One of the open purposes of the funds there are to choose; the verb judges whether it is the chosen fund's."""

    def __init__(self) -> None:
        super().__init__(
            label=_("用在哪"), required=False, help_text=_("捐赠人指定了用途才选；不选就由管委会按需要安排。")
        )


def wish_field() -> forms.CharField:
    """Return the code of a project or need that a gift names."""
    return forms.CharField(
        label=_("项目或需求的编号"),
        help_text=_("捐赠人指明了哪个项目或需求才写，照它公开页网址里的编号；用途就由它定。"),
        required=False,
        max_length=20,
    )


def offer_purposes(form: forms.Form, funds: Iterable[Fund]) -> None:
    """Let a form choose among the open special purposes of funds, fund by fund; without any it does not ask."""
    field, today = form.fields["restriction"], clock.today()
    rows = Restriction.objects.filter(fund__in=funds, is_general=False).filter(
        Q(until=None) | Q(until__gte=today)
    )
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.select_related("fund").order_by("fund__name", "code"):
        groups.setdefault(row.fund.name, []).append((row.code, row.purpose[:40]))
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", _("由管委会按需要安排")), *groups.items()]
    if not groups:
        field.widget = forms.HiddenInput()


def consents_on_paper(facts: dict[str, Any]) -> frozenset[str]:
    """Return what finance says was agreed to on paper; a guardian agrees for a child only."""
    asked = {purpose.value for purpose in ON_PAPER}
    if facts["is_under_14"]:
        asked.add(Consent.Purpose.GUARDIAN.value)
    return frozenset(purpose for purpose in asked if facts.get(purpose))
