"""What implementers report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.codes import new_code
from apps.core.forms import PICTURES, ManyFilesField
from apps.projects import rules
from apps.projects.models import Evidence, Indicator, Project
from apps.projects.queries import stretches_of


class EvidenceForm(forms.Form):
    """A report of the work with photographs."""

    words = forms.CharField(
        label=gettext_lazy("做了什么"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("验收以后会公开，请不要写居民的姓名、住址和病情。"),
    )
    persons = forms.IntegerField(
        label=gettext_lazy("服务了多少人"),
        min_value=1,
        max_value=rules.MAX_PERSONS,
        help_text=gettext_lazy("同一个人只算一次。"),
    )
    person_times = forms.IntegerField(
        label=gettext_lazy("服务了多少人次"), min_value=1, max_value=rules.MAX_PERSONS
    )
    photos = ManyFilesField(
        label=gettext_lazy("照片和附件"),
        required=False,
        accept=f"{PICTURES},application/pdf",
        help_text=gettext_lazy(
            "最多 9 张照片，每张 15 MB 以内；最多 3 份 PDF，每份 20 MB 以内。不拍正脸和门牌，照片里的位置会自动去掉；"
            "PDF 里的作者和时间也会去掉，但页面上的字不改，里面不要有居民的姓名和住址。"
        ),
    )
    is_final = forms.ChoiceField(
        label=gettext_lazy("这是"),
        choices=[
            ("yes", gettext_lazy("结项成果：全部做完了，申请验收")),
            ("no", gettext_lazy("进展：做了一部分，后面还有")),
        ],
        widget=forms.RadioSelect,
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args: Any, project: Project, filed: Evidence | None = None, **kwargs: Any) -> None:
        """`filed` is what this form filed before: sent again, it is read as it was then."""
        super().__init__(*args, **kwargs)
        self.indicators = list(project.indicators.order_by("number"))
        own = filed.milestone_id if filed else None
        stretches = stretches_of(project)
        open_ones = [row.milestone for row in stretches if row.report is None or row.milestone.pk == own]
        if open_ones:
            self.fields["milestone"] = forms.TypedChoiceField(
                label=gettext_lazy("报告哪个节点"),
                coerce=int,
                empty_value=None,
                required=False,
                choices=[
                    *((row.number, f"{row.words}（{row.due_on:%Y-%m-%d}）") for row in open_ones),
                    ("", gettext_lazy("不对应节点，只是说说进展")),
                ],
                initial=open_ones[0].number,
            )
        for row in self.indicators:
            self.fields[f"figure_{row.number}"] = forms.IntegerField(
                label=f"{row.words}（{row.get_unit_display()}）",
                help_text=gettext_lazy("这一段的数字，不含以前报过的。")
                if row.unit != Indicator.Unit.PERSONS
                else gettext_lazy("到现在一共服务到的人，同一个人只算一次。"),
                min_value=0,
                max_value=rules.MAX_PERSONS,
                required=False,
            )
        self.order_fields(
            [
                "milestone",
                "words",
                "persons",
                "person_times",
                *(f"figure_{row.number}" for row in self.indicators),
            ]
        )
        self.fields["key"].initial = new_code("E", rules.CODE_LENGTH)

    def facts(self) -> dict[str, Any]:
        """The verb's arguments; the files went ahead."""
        values = dict(self.cleaned_data)
        values.pop("photos")
        figures = {row.number: values.pop(f"figure_{row.number}") for row in self.indicators}
        return values | {
            "is_final": values["is_final"] == "yes",
            "figures": {number: value for number, value in figures.items() if value is not None},
        }
