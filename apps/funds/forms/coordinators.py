"""Appointing a town's coordinator."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import day_field
from apps.funds.forms.funds import PlaceField
from apps.funds.models import Host


class CoordinatorForm(forms.Form):
    """Who coordinates which town, from when."""

    division = PlaceField(label=_("哪个街镇"), help_text=_("写区划代码，或者名称，比如“古南街道”。"))
    email = forms.EmailField(label=_("电子邮箱"), help_text=_("这个人用它登录，可以不用密码。"))
    name = forms.CharField(label=_("姓名"), max_length=60)
    valid_from = day_field(_("从哪一天起"))
    valid_until = day_field(_("到哪一天止"), required=False, help_text=_("当天仍有效。"))

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["division"]
        if isinstance(place, PlaceField):
            place.host = host
