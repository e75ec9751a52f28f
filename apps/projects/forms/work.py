"""What implementers report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.codes import new_code
from apps.core.forms import PICTURES, ManyFilesField
from apps.projects import rules


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
        label=gettext_lazy("照片"),
        required=False,
        accept=PICTURES,
        help_text=gettext_lazy("最多 9 张，每张 15 MB 以内。不拍正脸和门牌；位置信息会自动去掉。"),
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_code("E", rules.CODE_LENGTH)

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        return self.cleaned_data | {"is_final": self.cleaned_data["is_final"] == "yes"}
