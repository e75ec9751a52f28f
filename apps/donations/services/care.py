"""Looking after donors: rows that are one donor merged by finance, and parted again; an organisation's contacts."""

from collections.abc import Sequence
from itertools import combinations

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import likeness, permissions, queries, rules
from apps.donations.models import Donor, DonorApart, DonorContact, DonorMerge
from apps.funds.models import Host
from apps.users.models import User


@verb
def merge_donors(donors: Sequence[Donor], *, host: Host, reason: str, by: User) -> Donor:
    """Write down that several donors are one, and return the row that stands for them: their oldest.

    Nothing moves: gifts, names and consents stay on the rows they came with, and every act can be undone. Donors who
    are one already change nothing. The reason stays for ever, so it must not name them. Raises `Refused`.
    """
    rows = _locked(donors)
    heads = [row for row in rows if row.merged_into_id is None]
    permissions.may_care_for(by, host, heads).require()
    if len(donors) < 2:
        raise Refused(_("请至少勾选两位捐赠人。"), "donors")
    if len({row.kind for row in heads}) > 1:
        raise Refused(_("个人和单位不能合并成一位捐赠人。"), "donors")
    if len(heads) < 2:
        return heads[0]
    reason = _reason(reason, rows)
    kept, *others = heads
    now = clock.now()
    for other in others:
        act = DonorMerge.objects.create(
            code=new_code("DM", 8), host=host, kept=kept, merged=other, reason=reason, by_id=by.pk, at=now
        )
        audit.record(by, "merge_donors", act, kept=kept.code, merged=other.code)
    _point([row.pk for row in rows])
    return kept


@verb
def part_donors(act: DonorMerge, *, reason: str, by: User) -> DonorMerge:
    """Undo a merge by a new act: every row stands again for whom it stood for without it. Twice changes nothing.

    Raises `Refused`.
    """
    rows = _locked([act.kept, act.merged])
    undone = DonorMerge.objects.filter(undoes=act).first()
    if undone is not None:
        return undone
    permissions.may_care_for(by, act.host, rows).require()
    if act.undoes_id is not None:
        raise Refused(_("这一条本身就是撤销，要再合并请重新合并。"))
    undone = DonorMerge.objects.create(
        code=new_code("DM", 8),
        host=act.host,
        kept=act.kept,
        merged=act.merged,
        reason=_reason(reason, rows),
        undoes=act,
        by_id=by.pk,
        at=clock.now(),
    )
    audit.record(by, "part_donors", undone, kept=act.kept.code, merged=act.merged.code, act=act.code)
    _point([row.pk for row in rows])
    return undone


@verb
def tell_apart(donors: Sequence[Donor], *, host: Host, by: User) -> int:
    """Remember that these donors are not one, so that they are not suggested again; return how many pairs are new."""
    rows = _locked(donors)
    heads = sorted({row.head_id for row in rows})
    permissions.may_care_for(by, host, rows).require()
    if len(heads) < 2:
        raise Refused(_("请至少勾选两位捐赠人。"), "donors")
    known = queries.apart_pairs()
    pairs = [pair for pair in combinations(heads, 2) if frozenset(pair) not in known]
    now = clock.now()
    DonorApart.objects.bulk_create(
        DonorApart(one_id=one, other_id=other, by_id=by.pk, at=now) for one, other in pairs
    )
    if pairs:
        first = next(row for row in rows if row.pk == heads[0])
        codes = [row.code for row in rows if row.pk in heads[1:]]
        audit.record(by, "tell_apart", first, others=codes)
    return len(pairs)


@verb
def add_contact(
    donor: Donor, *, host: Host, person: str, role: str = "", phone: str = "", email: str = "", by: User
) -> DonorContact:
    """Keep whom to speak to in an organisation: a name, and a telephone or an e-mail. Raises `Refused`."""
    permissions.may_care_for(by, host, [donor]).require()
    if donor.kind != Donor.Kind.ORGANISATION:
        raise Refused(_("只有单位才记联系人。"))
    words = {
        "person": clean_text(person, field="person", limit=rules.NAME_LIMIT),
        "phone": clean_text(phone, field="phone", limit=rules.CONTACT_LIMIT),
        "email": clean_text(email, field="email", limit=rules.CONTACT_LIMIT),
    }
    if not words["person"]:
        raise Refused(_("请写联系人的姓名。"), "person")
    if not words["phone"] and not words["email"]:
        raise Refused(_("电话和电子邮箱至少写一项。"), "phone")
    for known in queries.contacts_of(donor, [host]):
        if all(getattr(known, name) == text for name, text in words.items()):
            return known
    code = new_code("DC", 8)
    contact = DonorContact.objects.create(
        code=code,
        donor=donor,
        host=host,
        role=clean_text(role, field="role", limit=40),
        person_sealed=seal(words["person"], context=f"donor-contact:{code}:person"),
        phone_sealed=seal(words["phone"], context=f"donor-contact:{code}:phone"),
        email_sealed=seal(words["email"], context=f"donor-contact:{code}:email"),
        added_at=clock.now(),
        added_by_id=by.pk,
    )
    audit.record(by, "add_contact", contact, donor=donor.code)
    return contact


@verb
def end_contact(contact: DonorContact, *, by: User) -> DonorContact:
    """Destroy what is known of a contact who is none any more. Twice changes nothing. Raises `Refused`."""
    contact = lock_row(DonorContact, "donor", "host", pk=contact.pk)
    permissions.may_handle_money(by, contact.host).require()
    if contact.ended_at is None:
        contact.role = contact.person_sealed = contact.phone_sealed = contact.email_sealed = ""
        contact.ended_at, contact.ended_by_id = clock.now(), by.pk
        contact.save()
        audit.record(by, "end_contact", contact, donor=contact.donor.code)
    return contact


def _locked(donors: Sequence[Donor]) -> list[Donor]:
    """Lock and return every row of these donors by key, so that two acts about one of them never cross."""
    keys = {donor.pk for donor in donors}
    while True:
        rows = list(Donor.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
        found = {one.pk for row in rows for one in queries.family_of(row)}
        if found <= keys:
            return rows
        keys |= found


def _point(rows: Sequence[int]) -> None:
    """Write which row stands for each of these, as the standing acts say."""
    heads = likeness.heads(queries.standing_merges(rows).values_list("kept_id", "merged_id"))
    for row in rows:
        Donor.objects.filter(pk=row).update(merged_into=heads.get(row))


def _reason(reason: str, rows: Sequence[Donor]) -> str:
    """Return the cleaned reason. It can never be erased, so it must not tell who they are."""
    reason = clean_text(reason, field="reason", limit=rules.REASON_LIMIT)
    if not reason:
        raise Refused(_("请写为什么，比如：电话里和捐赠人核实过。"), "reason")
    for row in rows:
        contact = rules.normal_contact(row.contact)
        if likeness.tells_of(reason, name=row.name, contact=contact):
            raise Refused(_("理由会一直留着，请不要写捐赠人的姓名和联系方式。"), "reason")
    return reason
