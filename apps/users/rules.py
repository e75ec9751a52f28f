"""Which scopes a role may have, and the sign-ins of the demonstration. Plain values, no database."""

from django.utils.translation import gettext_lazy as _

# Roles that are held for a host, a division, or an organisation; nothing else makes sense.
SCOPES_OF_KIND = {
    "host_admin": frozenset({"host"}),
    "finance": frozenset({"host"}),
    "town_coordinator": frozenset({"division"}),
    "auditor": frozenset({"host", "division", "fund"}),
    "implementer": frozenset({"organisation"}),
}
# People of the demonstration have addresses under a domain that can never receive mail, and one shared password.
DEMO_DOMAIN = "demo.example"
DEMO_PASSWORD = "see-every-fen"  # noqa: S105  (public on purpose; the login page of the demonstration shows it)
# Who they are, by the part of the address before the @.
DEMO_CAST = {
    "admin": _("慈善会管理员"),
    "finance": _("慈善会财务（制单）"),
    "finance2": _("慈善会财务（复核）"),
    "town": _("古南街道统筹员"),
    "chair": _("百步梯管委会主任"),
    "member": _("百步梯管委会委员（居民）"),
    "secretary": _("百步梯专职社工（秘书）"),
    "supervisor": _("百步梯监督员"),
    "chair2": _("沱湾管委会主任，任期快满"),
    "secretary2": _("沱湾专职社工（秘书）"),
    "implementer": _("暖阳社工，项目实施方"),
    "applicant": _("村里申请设立基金的人"),
    "auditor": _("审计员"),
    "donor": _("捐赠人"),
}
