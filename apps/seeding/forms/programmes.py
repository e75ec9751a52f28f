"""A new programme of each kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField, day_field
from apps.donations.states import Channel
from apps.funds.models import Host
from apps.seeding.forms.fields import PairsField, PlacesField, whole
from apps.seeding.rules import Ratio
from apps.seeding.services import Applying, Matching, Reach, Reward, Step
from apps.seeding.states import ProgrammeKind, RewardRule

STEPS = 4
# Who may decide a step, as `role:level`; level 0 is the host.
DECIDERS = [
    ("", "—"),
    ("town_coordinator:4", gettext_lazy("街镇统筹员")),
    ("town_coordinator:3", gettext_lazy("区县统筹员")),
    ("town_coordinator:2", gettext_lazy("市统筹员")),
    ("town_coordinator:1", gettext_lazy("省统筹员")),
    ("finance:0", gettext_lazy("慈善会财务")),
    ("host_admin:0", gettext_lazy("慈善会管理员")),
]
QUOTA_LEVELS = [(0, gettext_lazy("不限")), (4, gettext_lazy("按街镇")), (3, gettext_lazy("按区县"))]
# A refusal about the chain stands at its first step.
FIELDS_OF_REFUSALS = {"chain": "step1_label", "divisions": "divisions"}


class CommonForm(forms.Form):
    """What every programme has."""

    title = forms.CharField(label=gettext_lazy("计划名称"), max_length=100)
    pot = AmountField(label=gettext_lazy("一共给多少（元）"))
    document = forms.CharField(
        label=gettext_lazy("依据文件"), help_text=gettext_lazy("比如理事会决议的编号。"), max_length=200
    )
    opens_on = day_field(gettext_lazy("开始日"))
    closes_on = day_field(gettext_lazy("结束日"))
    divisions = PlacesField(
        label=gettext_lazy("只给这些街镇的基金"),
        help_text=gettext_lazy("一个都不选，就是全部。"),
        required=False,
    )

    def __init__(self, *args: Any, host: Host, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, PlacesField):
                field.offer(host)

    def plan(self) -> dict[str, Any]:
        """Return what the verb takes. Call it only on a valid form."""
        names = ("title", "pot", "per_fund", "document", "opens_on", "closes_on")
        return {name: self.cleaned_data[name] for name in names} | {"reach": self.reach()}

    def reach(self) -> Reach:
        """Return which funds, in which shares."""
        found = self.cleaned_data
        return Reach(
            divisions=tuple(found["divisions"]),
            pilots=tuple(found.get("pilots", ())),
            pilot_bp=100 * (found.get("pilot_share") or 0),
            quota_level=int(found.get("quota_level") or 0),
            quota_awards=found.get("quota_awards") or 0,
            quota_fen=found.get("quota_fen") or 0,
        )

    def field_of(self, field: str | None) -> str | None:
        """Return the field at which a refusal stands; None for the whole form."""
        name = FIELDS_OF_REFUSALS.get(field or "", field)
        return name if name in self.fields else None


class SharingForm(CommonForm):
    """Quotas, the pilots' share, and the levels that applications pass."""

    pilots = PlacesField(label=gettext_lazy("试点街镇"), required=False)
    pilot_share = whole(gettext_lazy("至少百分之几给试点"), most=100, required=False)
    quota_level = forms.ChoiceField(
        label=gettext_lazy("名额按哪一级算"), choices=QUOTA_LEVELS, required=False
    )
    quota_awards = whole(gettext_lazy("一个地方最多几支基金"), most=9999, required=False)
    quota_fen = AmountField(label=gettext_lazy("一个地方最多多少（元）"), required=False)
    apply_until = day_field(
        gettext_lazy("申请截止日"), help_text=gettext_lazy("不填就不用申请，由慈善会直接拨。"), required=False
    )

    def __init__(self, *args: Any, host: Host, **options: Any) -> None:
        super().__init__(*args, host=host, **options)
        for number in range(1, STEPS + 1):
            name = {"number": number}
            self.fields[f"step{number}_label"] = forms.CharField(
                label=_("审核第 %(number)d 步叫什么") % name, max_length=40, required=False
            )
            self.fields[f"step{number}_who"] = forms.ChoiceField(
                label=_("第 %(number)d 步谁办") % name, choices=DECIDERS, required=False
            )
            self.fields[f"step{number}_days"] = whole(
                _("第 %(number)d 步几天里办") % name, most=90, required=False
            )

    def applying(self) -> Applying | None:
        """Return until when funds apply and what an application passes; None for a programme without."""
        found, steps = self.cleaned_data, []
        for number in range(1, STEPS + 1):
            who, label = found[f"step{number}_who"], found[f"step{number}_label"]
            if who or label:
                role, _colon, level = who.partition(":")
                steps.append(Step(label, role, int(level or 0), found[f"step{number}_days"] or 0))
        return Applying(found["apply_until"], tuple(steps)) if found["apply_until"] else None

    def clean(self) -> dict[str, Any]:
        """Steps without a deadline would be lost in silence."""
        found = super().clean() or self.cleaned_data
        if not found.get("apply_until") and any(found.get(f"step{n}_who") for n in range(1, STEPS + 1)):
            self.add_error("apply_until", _("有审核步骤，就要有申请截止日。"))
        return found

    def plan(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return super().plan() | {"applying": self.applying()}


class ProgrammeForm(SharingForm):
    """A fixed sum per fund; the fields are the verb's own names."""

    field_order = ("title", "per_fund", "pot")
    per_fund = AmountField(label=gettext_lazy("每支基金给多少（元）"))


class MatchingForm(CommonForm):
    """Matching gifts."""

    field_order = (
        "title",
        "pot",
        "per_fund",
        "document",
        "opens_on",
        "closes_on",
        "ratio_whole",
        "ratio_part",
    )
    per_fund = AmountField(label=gettext_lazy("一支基金最多配多少（元）"))
    ratio_whole = whole(gettext_lazy("配捐比例：居民每捐多少元"), most=10**9, initial=1)
    ratio_part = whole(gettext_lazy("配捐比例：慈善会配多少元"), most=10**9, initial=1)
    gift_min = AmountField(label=gettext_lazy("一笔至少捐多少才配（元）"), required=False)
    gift_cap = AmountField(label=gettext_lazy("一笔最多配多少（元）"), required=False)
    day_cap = AmountField(
        label=gettext_lazy("同一来源一天最多配多少（元）"),
        help_text=gettext_lazy("同一账号、同一联系方式、同名单位算一个来源，拆成几笔也合起来算。"),
        required=False,
    )
    anonymous_day_cap = AmountField(
        label=gettext_lazy("认不出来源的捐款，一天合起来最多配多少（元）"),
        help_text=gettext_lazy("不填就不配。没留姓名、账号和联系方式的，算认不出来源。"),
        required=False,
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("只配这样捐的"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    never_matched = forms.CharField(
        label=gettext_lazy("哪些单位的捐款不配"),
        help_text=gettext_lazy("一行一个全称。慈善会自己和政府部门的本来就不配，不用写。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def plan(self) -> dict[str, Any]:
        """Return what the verb takes."""
        found = self.cleaned_data
        terms = Matching(
            ratio=Ratio(found["ratio_part"], found["ratio_whole"]),
            gift_min=found["gift_min"],
            gift_cap=found["gift_cap"],
            day_cap=found["day_cap"],
            anonymous_day_cap=found["anonymous_day_cap"],
            channels=tuple(found["channels"]),
            never_matched=tuple(line.strip() for line in found["never_matched"].splitlines() if line.strip()),
        )
        return super().plan() | {"matching": terms}


class RewardForm(SharingForm):
    """Rewards by score."""

    field_order = ("title", "pot", "per_fund", "document", "opens_on", "closes_on", "apply_until")
    per_fund = AmountField(label=gettext_lazy("一支基金最多给多少（元）"))
    results_from = day_field(gettext_lazy("成果从哪天算起"))
    results_until = day_field(gettext_lazy("成果算到哪天"))
    criteria = PairsField(
        label=gettext_lazy("评分标准和满分"), help_text=gettext_lazy("一行一条，比如：居民满意度 40")
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("怎么按得分给"), choices=RewardRule.choices, widget=forms.RadioSelect
    )
    bands = PairsField(
        label=gettext_lazy("分数段和金额（元）"),
        help_text=gettext_lazy("按分数段给才填，一行一段，比如：60 5000"),
        required=False,
    )
    pass_points = whole(gettext_lazy("至少得几分才给"), most=12_000, required=False)
    reviewers_min = whole(gettext_lazy("至少几人评分"), most=12, initial=2)

    def plan(self) -> dict[str, Any]:
        """Return what the verb takes."""
        found = self.cleaned_data
        terms = Reward(
            rule=found["rule"],
            criteria=tuple(found["criteria"]),
            results_from=found["results_from"],
            results_until=found["results_until"],
            bands=tuple((int(points), 100 * sum_yuan) for points, sum_yuan in found["bands"]),
            pass_points=found["pass_points"] or 0,
            reviewers_min=found["reviewers_min"],
        )
        return super().plan() | {"reward": terms}

    def clean_bands(self) -> list[tuple[str, int]]:
        """Points are whole numbers, too."""
        found: list[tuple[str, int]] = self.cleaned_data["bands"]
        for points, _sum in found:
            if not (points.isascii() and points.isdigit() and len(points) < 6):
                raise forms.ValidationError(_("分数段要写成：分数，空格，金额（整元）。"))
        return found


FORMS: dict[str, type[ProgrammeForm | MatchingForm | RewardForm]] = {
    ProgrammeKind.FIXED: ProgrammeForm,
    ProgrammeKind.MATCHING: MatchingForm,
    ProgrammeKind.REWARD: RewardForm,
}
