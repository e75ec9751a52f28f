"""Words about sources that several clauses share."""

from django.utils.translation import gettext_lazy as _

YUAN = 100
UNSOURCED = _("无全国规定，默认值")
WARNING = _("无全国规定，本系统的默认值，只作提醒")
HUNAN = _("参照湖南省社区慈善基金设立运行指引（试行），无全国规定")
FOUNDATIONS_20 = _("以基金会条例第二十条类推，对管委会不具强制力")
FOUNDATIONS_21 = _("以基金会条例第二十一条类推，对管委会不具强制力")
