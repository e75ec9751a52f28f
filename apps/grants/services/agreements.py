"""Drawing the agreement about a grant, and keeping its signed copy."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core import audit, clock, files
from apps.core.codes import new_code
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.grants import permissions, queries
from apps.grants.models import Grant, GrantAgreement
from apps.grants.services.locks import changed, lock_grant
from apps.users.models import User


@verb
def draw_agreement(grant: Grant, *, by: User) -> GrantAgreement:
    """Draw the agreement of a grant from its facts as they are. Unsigned, it is drawn anew; signed and unchanged, it is
    the one there is; after a change it is a further one. Raises `Refused`."""
    grant = lock_grant(grant)
    permissions.may_keep_agreement(by, grant).require()
    facts, last = queries.agreement_facts(grant), grant.agreements.order_by("number").last()
    if last is not None and last.facts == facts:
        return last
    if last is not None and not last.is_signed:
        last.facts, last.drawn_at, last.drawn_by_id = facts, clock.now(), by.pk
        last.save(update_fields=["facts", "drawn_at", "drawn_by_id"])
        row = last
    else:
        row = GrantAgreement.objects.create(
            code=new_code("K"),
            grant=grant,
            number=last.number + 1 if last else 1,
            facts=facts,
            drawn_at=clock.now(),
            drawn_by_id=by.pk,
        )
    audit.record(by, "draw_grant_agreement", row, grant=grant.code)
    return row


@verb
def file_agreement(
    agreement: GrantAgreement, *, signed_on: date, upload: "UploadedFile[bytes]", by: User
) -> GrantAgreement:
    """Keep the signed copy of an agreement, once. Raises `Refused` for a day before the award or to come, for a file
    that is no document, and for an agreement whose facts are not the grant's any more."""
    grant = lock_grant(agreement.grant)
    row = GrantAgreement.objects.get(pk=agreement.pk)
    row.grant = grant
    permissions.may_keep_agreement(by, grant).require()
    if row.is_signed:
        raise Refused(_("这份协议已经存了签好的副本。改了内容，请另出一份。"))
    if row.facts != queries.agreement_facts(grant):
        raise Refused(_("资助的内容在出协议以后改过，请重新出一份再签。"))
    if not clock.day_of(grant.awarded_at) <= signed_on <= clock.today():
        raise Refused(_("签订日期要在立项以后、今天或今天以前。"), "signed_on")
    row.signed_copy = files.keep_document(upload, by_id=by.pk, field="upload", signed=True)
    row.signed_on, row.filed_at, row.filed_by_id = signed_on, clock.now(), by.pk
    row.save(update_fields=["signed_copy", "signed_on", "filed_at", "filed_by_id"])
    audit.record(by, "file_grant_agreement", row, grant=grant.code, sha256=row.signed_copy.sha256)
    changed(grant)
    return row
