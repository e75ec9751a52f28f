"""Which gifts may count for a filed fundraising plan."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.donations.models import Campaign
from apps.funds.models import Fund


def may_count_for(campaign: Campaign, fund: Fund, day: date) -> Verdict:
    """Whether money given to a fund on a day, by whatever channel, counts for a plan: its host's own, in date on that
    day, and raising for that fund (Charity Law, article 24: a plan names its period and its use)."""
    if campaign.host_id != fund.host_id:
        return no(_("请选本会的募捐活动。"))
    if not campaign.starts_on <= day <= campaign.ends_on:
        return no(
            _("%(day)s不在募捐活动“%(name)s”的期限里（%(from)s 至 %(until)s），不能算这个活动募得的。")
            % {
                "day": day.isoformat(),
                "name": campaign.name,
                "from": campaign.starts_on.isoformat(),
                "until": campaign.ends_on.isoformat(),
            }
        )
    chosen = {row.pk for row in campaign.funds.all()}
    if chosen and fund.pk not in chosen:
        return no(
            _("募捐活动“%(name)s”不为%(fund)s募捐，请换一个活动，或者不选。")
            % {"name": campaign.name, "fund": fund.name}
        )
    return YES
