"""Make the totals of divisions again from the postings."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from apps.funds.services import rebuild_totals


class Command(BaseCommand):
    """`manage.py rebuild_totals`, where `check_books` names `funds.stray_totals`; pages work meanwhile."""

    help = _("按凭证重新算各级区划的合计。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many totals there are."""
        self.stdout.write(_("重新算好了 %(count)d 个合计。") % {"count": rebuild_totals()})
