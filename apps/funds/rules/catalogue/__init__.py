"""The catalogue of clauses: what rulebooks may set, which way levels may tighten it, and where defaults come from.

No national rule binds a special fund's committee, so most defaults are analogies or local practice; `source` says
which, and says so when there is none. The three ratios of the host are law for associations (民发〔2026〕12号).
"""

from django.utils.translation import gettext_lazy as _

from apps.funds.rules.catalogue.committee import COMMITTEE, SEATS
from apps.funds.rules.catalogue.grants import GRANTS
from apps.funds.rules.catalogue.money import HOST, MONEY_IN, OPENNESS
from apps.funds.rules.catalogue.uses import USES
from apps.funds.rules.catalogue.voting import VOTING
from apps.funds.rules.kinds import ClauseKind

# Ratios of the whole host; only its own level sets them.
HOST_GROUP = "host"
GROUPS = (
    ("committee", _("管委会"), COMMITTEE),
    ("seats", _("委员代表哪一方"), SEATS),
    ("voting", _("表决"), VOTING),
    ("uses", _("钱用在哪里"), USES),
    ("grants", _("资助和拨付"), GRANTS),
    ("money", _("启动资金、配捐和管理费"), MONEY_IN),
    ("openness", _("公开和清理"), OPENNESS),
    (HOST_GROUP, _("慈善会的指标"), HOST),
)
CLAUSES: dict[str, ClauseKind] = {kind.key: kind for _name, _title, kinds in GROUPS for kind in kinds}
HOST_ONLY = frozenset(kind.key for kind in HOST)
