"""Seal what bank lines, uploads and platform files told in plain, some rows at a time; safe to stop and to run again."""

import json

from django.db import migrations, transaction

from apps.core.sealing import seal, seal_bytes

LINES, ROWS = 500, 5000
PLAIN = {"name": "", "message": "", "dedication": "", "purpose_words": "", "reason": "", "fund_words": ""}


def in_chunks(rows, at_once, seal_them):
    """Call `seal_them` with rows in the order of their keys, each time in a transaction of its own."""
    last = 0
    while True:
        with transaction.atomic():
            found = list(rows.filter(pk__gt=last).order_by("pk")[:at_once])
            if not found:
                return
            seal_them(found)
        last = found[-1].pk


def seal_lines(apps, _schema_editor):
    lines = apps.get_model("finance", "StatementLine").objects

    def seal_them(found):
        for line in found:
            context = f"line:{line.host_id}:{line.reference}"
            line.counterparty_sealed = seal(line.counterparty, context=f"{context}:counterparty")
            line.memo_sealed = seal(line.memo, context=f"{context}:memo")
            line.counterparty = line.memo = ""
        lines.bulk_update(found, ["counterparty_sealed", "memo_sealed", "counterparty", "memo"])

    in_chunks(lines.exclude(counterparty="", memo=""), LINES, seal_them)


def seal_bodies(model, at_once, context):
    def seal_them(found):
        for row in found:
            row.body_sealed, row.body = seal_bytes(bytes(row.body), context=context(row)), b""
            row.save(update_fields=["body_sealed", "body"])

    in_chunks(model.objects.filter(body_sealed=b""), at_once, seal_them)


def seal_uploads(apps, _schema_editor):
    uploads = apps.get_model("finance", "StatementUpload")
    seal_bodies(uploads, 1, lambda upload: f"statement:{upload.code}:body")


def seal_pieces(apps, _schema_editor):
    pieces = apps.get_model("finance", "PlatformPiece")
    seal_bodies(pieces, 20, lambda piece: f"platform-piece:{piece.file_id}:{piece.number}")


def seal_rows(apps, _schema_editor):
    """Rows of one file after the other, in the order of the file, as reading it leaves them."""
    rows = apps.get_model("finance", "PlatformRow").objects
    words = apps.get_model("finance", "PlatformWords").objects
    for file in apps.get_model("finance", "PlatformFile").objects.order_by("pk"):
        plain = rows.filter(file=file).exclude(**PLAIN)
        while True:
            with transaction.atomic():
                found = list(plain.order_by("number")[:ROWS])
                if not found:
                    break
                said = list(
                    zip(
                        *(
                            (row.number, row.name, row.message, row.dedication, row.purpose_words, row.reason)
                            for row in found
                        ),
                        strict=True,
                    )
                )
                first = found[0].number
                sealed = seal(json.dumps(said, ensure_ascii=False), context=f"platform-words:{file.pk}:{first}")
                words.create(file=file, first=first, words_sealed=sealed)
                done = rows.filter(file=file, number__gte=first, number__lte=found[-1].number)
                done.filter(field="order").update(order_number="")
                done.update(**PLAIN)


class Migration(migrations.Migration):

    atomic = False
    dependencies = [('finance', '0011_sealed_words')]
    operations = [
        migrations.RunPython(seal_lines),
        migrations.RunPython(seal_uploads),
        migrations.RunPython(seal_pieces),
        migrations.RunPython(seal_rows),
    ]
