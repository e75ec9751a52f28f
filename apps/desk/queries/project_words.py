"""What the verbs of projects are called in the audit trail."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROJECTS: dict[str, str | Promise] = {
    "apply": _("写申请"),
    "edit": _("改申请"),
    "submit": _("提交申请"),
    "withdraw": _("撤回申请"),
    "mark": _("项目改状态"),
    "voice_need": _("提需求"),
    "decide_need": _("处理需求"),
    "sort_need": _("给需求分类"),
    "merge_need": _("合并需求"),
    "answer_need": _("答复需求"),
    "second_need": _("附议需求"),
    "look_at_need": _("打开需求里不公开的情况"),
    "send_file": _("传成果的照片或附件"),
    "take_back_file": _("去掉没交的文件"),
    "file_evidence": _("交成果"),
    "accept_evidence": _("成果通过"),
    "return_evidence": _("退回成果"),
    "record_expense": _("记支出"),
    "record_activity": _("记活动"),
    "strike_record": _("划掉一条记录"),
    "close_records": _("停止或恢复记支出"),
    "clear_voucher": _("公开或收回票据"),
    "withhold_photo": _("照片公开或不公开"),
    "blur_photo": _("遮照片"),
    "release_document": _("附件公开或不公开"),
    "write_note": _("记走访或监督意见"),
    "issue_rating_codes": _("发评价码"),
    "print_cards": _("印评价卡"),
    "rate": _("评价"),
    "make_calendar_link": _("生成日历地址"),
    "revoke_calendar_link": _("停用日历地址"),
    "enter_call_back": _("登记电话回访"),
}
