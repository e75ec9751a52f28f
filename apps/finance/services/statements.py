"""Bank statements come in: kept for a preview, then imported whole or not at all."""

import hashlib
from datetime import timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions, queries
from apps.finance.models import BankStatement, StatementUpload
from apps.finance.rules.sheets import MAX_BYTES
from apps.finance.rules.statements import plain_text
from apps.funds.models import Host
from apps.users.models import User

KEPT = timedelta(days=1)


@verb
def keep_upload(host: Host, *, body: bytes, filename: str, by: User) -> StatementUpload:
    """Keep an uploaded file for its preview; the host's forgotten uploads of earlier days go.

    Raises `Refused` for a file that is empty or too large.
    """
    permissions.may_reconcile(by, host).require()
    if not body:
        raise Refused(_("这是一个空文件。"), "file")
    if len(body) > MAX_BYTES:
        raise Refused(_("文件超过 5 MB，请按月份分开导出再传。"), "file")
    now = clock.now()
    StatementUpload.objects.filter(host=host, uploaded_at__lt=now - KEPT).delete()
    upload = StatementUpload(
        code=new_code("", 16),
        host=host,
        filename=plain_text(filename, 200),
        uploaded_at=now,
        uploaded_by_id=by.pk,
    )
    upload.body = body
    upload.save()
    return upload


@verb
def import_statement(
    host: Host, *, body: bytes, filename: str, encoding: str = "", by: User | None
) -> BankStatement:
    """Import a bank statement, all of its lines or none, and return it; the same file again returns the one there is.

    Lines that an earlier file brought are passed over and counted. `encoding` overrules the guess. Two imports of one
    host follow each other, so that both see the other's lines. Raises `Refused` with the first fault if there is one.
    """
    lock_row(Host, pk=host.pk)
    permissions.may_reconcile(by, host).require()
    digest = hashlib.sha256(body).hexdigest()
    known = queries.imported(host, digest)
    if known is not None:
        return known
    statement = BankStatement.objects.create(
        host=host,
        sha256=digest,
        filename=plain_text(filename, 200),
        imported_at=clock.now(),
        imported_by_id=by.pk if by else None,
    )
    reading = queries.read_file(host, body, encoding=encoding, statement=statement)
    if reading.faults:
        raise Refused(
            _("有 %(count)d 处读不懂，一行也没有导入。%(first)s")
            % {"count": len(reading.faults), "first": reading.faults[0]},
            "file",
        )
    if not reading.lines:
        raise Refused(_("这个文件里的流水以前都导入过了，没有新的。"), "file")
    statement.encoding, statement.known = reading.encoding, reading.known
    if not reading.known:
        statement.opening, statement.closing = reading.opening, reading.closing
    statement.save(update_fields=["encoding", "known", "opening", "closing"])
    audit.record(
        by, "import_statement", statement, host=host.code, lines=len(reading.lines), known=reading.known
    )
    return statement


@verb
def import_upload(upload: StatementUpload, *, encoding: str = "", by: User) -> BankStatement:
    """Import a file that was kept for its preview, and let the kept copy go."""
    statement = import_statement(
        upload.host, body=upload.body, filename=upload.filename, encoding=encoding, by=by
    )
    upload.delete()
    return statement
