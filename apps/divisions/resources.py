"""The file of divisions: `code,name` as CSV in UTF-8, packed with xz."""

import csv
import lzma
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.divisions.rules import covers, is_code, lineage, parent_of

NATION = Path(__file__).parent / "nation" / "divisions-2023.csv.xz"
HEADER = ["code", "name"]
MAX_NAME = 60
# Private-use characters pass: the nation's own list has two rare hanzi that stand only there.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read(path: Path, *, under: str = "") -> dict[str, str]:
    """Return the file's divisions, code to name, in the file's order; with `under`, that one, all below it and its
    ancestors. Raises `Refused` with one sentence for a file that is not whole and sound, wherever the fault lies."""
    if under and not is_code(under):
        raise Refused(
            _("“%(code)s”不是区划代码，代码是 2、4、6、9 或 12 位数字。") % {"code": under}, "under"
        )
    try:
        with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = _checked(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise Refused(_("找不到文件 %(path)s。") % {"path": path}, "file") from None
    except (lzma.LZMAError, EOFError, OSError):
        raise Refused(_("%(path)s 不是完整的 xz 压缩文件。") % {"path": path}, "file") from None
    except UnicodeDecodeError:
        raise Refused(_("%(path)s 里的文字不是 UTF-8 编码。") % {"path": path}, "file") from None
    except csv.Error:
        raise Refused(_("%(path)s 不是完整的 CSV 文件。") % {"path": path}, "file") from None
    if not under:
        return rows
    if under not in rows:
        raise Refused(_("文件里没有区划 %(code)s。") % {"code": under}, "under")
    above = set(lineage(under))
    return {code: name for code, name in rows.items() if code in above or covers(under, code)}


def _checked(lines: Iterator[list[str]]) -> dict[str, str]:
    """Return code to name. Raises `Refused` naming the first faulty line."""
    if next(lines, []) != HEADER:
        raise Refused(_("文件的第一行应为 code,name。"), "file")
    rows: dict[str, str] = {}
    for number, row in enumerate(lines, start=2):
        fault = _fault(row, rows)
        if fault:
            raise Refused(_("第 %(line)d 行：%(fault)s") % {"line": number, "fault": fault}, "file")
        rows[row[0]] = row[1]
    if not rows:
        raise Refused(_("文件里一个区划也没有。"), "file")
    for code in _orphans(rows):
        raise Refused(_("区划 %(code)s 的上级不在文件里。") % {"code": code}, "file")
    return rows


def _fault(row: list[str], rows: dict[str, str]) -> str:
    if len(row) != len(HEADER):
        return _("应该正好有代码和名称两栏。")
    code, name = row
    if not is_code(code):
        return _("“%(code)s”不是区划代码，代码是 2、4、6、9 或 12 位数字。") % {"code": code[:20]}
    if code in rows:
        return _("代码 %(code)s 出现了两次。") % {"code": code}
    if not name.strip() or len(name) > MAX_NAME or _CONTROL.search(name):
        return _("名称应为 1 到 %(limit)d 个可见的字。") % {"limit": MAX_NAME}
    return ""


def _orphans(rows: dict[str, str]) -> Iterable[str]:
    return (code for code in rows if (parent := parent_of(code)) and parent not in rows)
