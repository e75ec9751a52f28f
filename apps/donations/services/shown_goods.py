"""What the public sees of who gave things, changed by the donor."""

from collections.abc import Collection

from apps.core import audit, versions
from apps.core.verbs import verb
from apps.donations import permissions, rules
from apps.donations.models import Consent, Donor, InKindGift
from apps.donations.services.donors import check_consents, clean_identity, set_consent
from apps.donations.states import NameChoice
from apps.users.models import User


@verb
def choose_name_of_things(
    things: InKindGift, *, name_choice: str, consents: Collection[str], by: rules.Giver | User | None
) -> InKindGift:
    """Change what the public sees of who gave things; a name taken back withdraws its consent.

    Only the donor, or who holds the gift's own address (`by` None). Raises `Refused` naming the field.
    """
    row = locked_things(things)
    permissions.is_own(by, row.donor).require()
    clean_identity(row.donor.name, "", name_choice)
    check_consents(name_choice, (), consents)
    set_consent(row, Consent.Purpose.PUBLISH_NAME.value, is_given=name_choice == NameChoice.REAL)
    before, row.name_choice = row.name_choice, name_choice
    row.public_name = rules.public_name(
        row.donor.name, name_choice, is_organisation=row.donor.kind == Donor.Kind.ORGANISATION
    )
    row.save(update_fields=["name_choice", "public_name"])
    audit.record(by, "choose_name", row, before=before, after=name_choice)
    versions.bump("site", f"fund:{row.fund.code}")
    return row


def locked_things(things: InKindGift) -> InKindGift:
    """Lock a gift in kind and return it as it stands; what is shown of it is of no account to its fund."""
    rows = InKindGift.objects.select_for_update(no_key=True).prefetch_related("fund", "host", "donor")
    return rows.get(pk=things.pk)
