"""Register a charity as a host: `manage.py register_host --name … --uscc … --division 500110 --exclude 500110004`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import services
from apps.funds.models import Host
from apps.users import services as users
from apps.users.models import Role
from apps.users.permissions import acts_as


class Command(BaseCommand):
    """Register a charity, open its general fund, and name its first administrator; run again, it changes nothing."""

    help = _("登记一家慈善会：它的区域和它的本部基金。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the host's facts."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--uscc", required=True, help=_("统一社会信用代码，18 位"))
        parser.add_argument("--division", required=True, help=_("区域的区划代码，比如 500110"))
        parser.add_argument(
            "--exclude", action="append", default=[], help=_("区域里不归它服务的区划代码，可以写几次")
        )
        parser.add_argument("--licence", default="", help=_("公开募捐资格证书"))
        parser.add_argument("--contact", default="")
        parser.add_argument("--address", default="")
        parser.add_argument(
            "--admin",
            default="",
            help=_("慈善会第一位管理员的电子邮箱，用邮箱验证码登录，再在“工作人员”页添加别人"),
        )
        parser.add_argument("--admin-name", default="", help=_("这位管理员的姓名"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Register and print the host's code."""
        codes = [options["division"], *options["exclude"]]
        found = Division.objects.in_bulk(codes)
        for code in codes:
            if code not in found:
                raise CommandError(_("没有代码是 %(code)s 的区划。") % {"code": code})
        try:
            with transaction.atomic():
                host = services.register_host(
                    division=found[options["division"]],
                    excluded=[found[code] for code in options["exclude"]],
                    by=None,
                    **{fact: options[fact] for fact in ("name", "uscc", "licence", "contact", "address")},
                )
                if options["admin"]:
                    self.give(host, email=options["admin"], name=options["admin_name"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{host.code} {host.name}")

    def give(self, host: Host, *, email: str, name: str) -> None:
        """Make a person the host's administrator, unless they are."""
        user = users.create_user(email=email, name=name)
        kind, scope = Role.Kind.HOST_ADMIN, Role.Scope.HOST
        if not acts_as(user, kind, host=host.code):
            users.grant_role(
                user, kind=kind, scope_kind=scope, scope_code=host.code, valid_from=clock.today(), by=None
            )
