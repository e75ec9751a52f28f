"""What files say of children's guardians."""

from django.utils.translation import gettext_lazy as _

GUARDIAN_WORDS = _(
    "监护人同意一列：不满 14 岁的孩子，手上有父母或其他监护人的书面同意才写“同意”；没有同意的不能收，先联系监护人；"
    "14 岁以上的空着。"
)
