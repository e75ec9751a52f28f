"""The archive of a project as its document reads: sections of labelled values, tables and texts, from the data file."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.money import written
from apps.disclosure.queries.archive import UNREAD
from apps.funds.states import Field
from apps.governance.models import Motion
from apps.grants.models import AcceptanceItem, Grant, GrantChange, Instalment, Objection
from apps.grants.queries import item_figures, item_title
from apps.projects.models import (
    BudgetLine,
    FundingLine,
    Ground,
    Indicator,
    Part,
    Project,
    WorkNote,
    kept_back,
    not_read_yet,
)

Facts = dict[str, Any]


def _section(
    title: str,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    texts: Sequence[str] = (),
    tables: Sequence[Facts] = (),
) -> Facts:
    return {
        "title": title,
        "pairs": [list(pair) for pair in pairs if pair[1]],
        "texts": [text for text in texts if text],
        "tables": [table for table in tables if table["rows"]],
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Facts:
    return {"head": list(head), "rows": [list(row) for row in rows]}


def pages(project: Project, archive: Facts) -> Facts:
    """Return what the document says, all as text, in the order of the walk."""
    told = archive["project"]
    return {
        "title": _("项目档案 · %(title)s") % {"title": told["title"]},
        "code": told["code"],
        "subtitle": _("%(fund)s · %(organisation)s · 公开版，不含个人信息")
        % {"fund": told["fund"]["name"], "organisation": told["organisation"]["name"]},
        "photos_title": _("照片"),
        "proof_title": _("核对"),
        "proof": _("同样内容的数据文件是规范 JSON（RFC 8785），它的 SHA-256 是："),
        "sections": [
            _need(archive),
            _application(archive),
            _decision(archive),
            _objections(archive),
            *(_grant(grant) for grant in archive["grants"]),
            _reports(archive),
            _records(archive),
            _satisfaction(archive),
            *(_round(project, row) for row in archive["checklist"]),
            _account(archive),
        ],
    }


def _money(fen: int) -> str:
    return f"¥{written(fen)}"


def _need(archive: Facts) -> Facts:
    need = archive["need"]
    if need is None:
        return _section(_("需求"), texts=[_("没有公开的居民需求。")])
    return _section(_("需求"), pairs=[(_("提出"), need["voiced_on"])], texts=[need["words"]])


def _application(archive: Facts) -> Facts:
    told, applied = archive["project"], archive["application"]
    return _section(
        _("申请"),
        pairs=[
            (_("起止"), f"{told['starts_on']} – {told['ends_on']}"),
            (_("领域"), str(Field(told["field"]).label)),
            (
                _("答应服务"),
                _("%(persons)d 人，%(times)d 人次（不是人数）")
                % {"persons": told["expected_persons"], "times": told["expected_person_times"]},
            ),
            (_("申请金额"), _money(told["asked"])),
            *((str(Part.Partner(row["partner"]).label), row["words"]) for row in told["parts"]),
        ],
        texts=[told["goal"]],
        tables=[
            _table(
                [_("预算"), _("类别"), _("金额（元）")],
                [
                    [row["words"], str(BudgetLine.CostType(row["cost_type"]).label), written(row["amount"])]
                    for row in applied["budget"]
                ],
            ),
            _table(
                [_("节点"), _("应该在")], [[row["words"], row["due_on"]] for row in applied["milestones"]]
            ),
            _table(
                [_("指标"), _("目标")],
                [
                    [row["words"], f"{row['target']:,} {Indicator.Unit(row['unit']).label}"]
                    for row in applied["indicators"]
                ],
            ),
            _table(
                [_("其他资金"), _("类别"), _("金额（元）")],
                [
                    [row["source"], str(FundingLine.Kind(row["kind"]).label), written(row["amount"])]
                    for row in applied["other_money"]
                ],
            ),
        ],
    )


def _decision(archive: Facts) -> Facts:
    review = archive["review"]
    rows = []
    for motion in archive["motions"]:
        counts = motion["arithmetic"]
        result = (
            _("赞成 %(yes)d · 反对 %(no)d · 弃权 %(abstain)d")
            % {name: counts.get(name, 0) for name in ("yes", "no", "abstain")}
            if counts
            else ""
        )
        state = str(Motion.State(motion["state"]).label)
        rows.append([motion["number"], motion["title"], motion["decided_on"], f"{state} {result}".strip()])
    return _section(
        _("评审和表决"),
        pairs=[(_("评分"), _("%(n)d 份；分数只给管委会看，不公开") % {"n": review["reviews"]})],
        tables=[
            _table(
                [_("评分项"), _("权重")], [[one["name"], str(one["weight"])] for one in review["criteria"]]
            ),
            _table([_("议案"), _("内容"), _("日期"), _("结果")], rows),
        ],
    )


def _objections(archive: Facts) -> Facts:
    rows = [
        [
            row["received_on"],
            str(Objection.Ground(row["ground"]).label),
            row["words"],
            f"{Objection.State(row['state']).label} {row['answer']}".strip(),
        ]
        for row in archive["objections"]
    ]
    return _section(
        _("公示和异议"),
        texts=[] if rows else [_("公示期没有人提异议。")],
        tables=[_table([_("日期"), _("方面"), _("要点"), _("答复")], rows)],
    )


def _grant(grant: Facts) -> Facts:
    return _section(
        _("资助 · %(fund)s") % {"fund": grant["fund"]["name"]},
        pairs=[
            (_("批准"), _money(grant["amount"])),
            (_("公示"), f"{grant['awarded_on']} – {grant['notice_until']}"),
            (_("协议签订"), "、".join(row["signed_on"] for row in grant["agreements"] if row["signed_on"])),
            (_("状态"), str(Grant.State(grant["state"]).label)),
            (_("终止的原因"), grant["reason"]),
        ],
        tables=[
            _table(
                [_("分期"), _("状态"), _("金额（元）")],
                [
                    [str(row["number"]), str(Instalment.State(row["state"]).label), written(row["amount"])]
                    for row in grant["instalments"]
                ],
            ),
            _table(
                [_("付款"), _("凭证"), _("金额（元）")],
                [
                    [row["paid_on"], str(row["entry"] or "—"), written(row["amount"])]
                    for row in grant["payments"]
                ],
            ),
            _table(
                [_("变更"), _("日期"), _("内容")],
                [
                    [
                        str(GrantChange.Kind(row["kind"]).label),
                        row["made_on"],
                        "；".join(f"{one['what']}：{one['before']} → {one['after']}" for one in row["rows"])
                        or row["reason"],
                    ]
                    for row in grant["changes"]
                ],
            ),
            _table(
                [_("追回"), _("要求退回"), _("已退回"), _("核销"), _("原因")],
                [
                    [
                        row["asked_on"],
                        written(row["asked"]),
                        written(row["returned"]),
                        written(row["written_off"]),
                        row["reason"],
                    ]
                    for row in grant["clawbacks"]
                ],
            ),
        ],
    )


def _told(row: Facts) -> str:
    """Words, or why they are not public."""
    if row["withheld_for"] == UNREAD:
        return not_read_yet()
    return kept_back(str(Ground(row["withheld_for"]).label)) if row["withheld_for"] else str(row["words"])


def _reports(archive: Facts) -> Facts:
    return _section(
        _("成果和证据"),
        tables=[
            _table(
                [_("日期"), _("内容"), _("人"), _("人次")],
                [
                    [row["filed_on"], _told(row), f"{row['persons']:,}", f"{row['person_times']:,}"]
                    for row in archive["reports"]
                ],
            ),
            _table(
                [_("照片"), "SHA-256"],
                [
                    [photo["caption"] or photo["file"], photo["sha256"]]
                    for row in archive["reports"]
                    for photo in row["photos"]
                ],
            ),
        ],
    )


def _records(archive: Facts) -> Facts:
    names = {row["line"]: row["words"] for row in archive["application"]["budget"]}
    offices = {WorkNote.Kind.VISIT.value: _("管委会秘书"), WorkNote.Kind.COMMENT.value: _("监督员")}
    return _section(
        _("支出、活动和走访"),
        tables=[
            _table(
                [_("日期"), _("预算行"), _("票据 SHA-256"), _("金额（元）")],
                [
                    [row["paid_on"], names[row["line"]], row["voucher_sha256"][:16], written(row["amount"])]
                    for row in archive["expenses"]
                ],
            ),
            _table(
                [_("日期"), _("活动"), _("人次"), _("志愿者"), _("小时")],
                [
                    [
                        row["held_on"],
                        _told(row),
                        f"{row['persons']:,}",
                        str(row["volunteers"]),
                        f"{row['minutes'] / 60:.1f}".removesuffix(".0"),
                    ]
                    for row in archive["activities"]
                ],
            ),
            _table(
                [_("日期"), _("谁"), _("看到的")],
                [[row["seen_on"], offices[row["kind"]], _told(row)] for row in archive["notes"]],
            ),
        ],
    )


def _satisfaction(archive: Facts) -> Facts:
    told = archive["satisfaction"]
    item = AcceptanceItem(kind=AcceptanceItem.Kind.SATISFACTION, figures=told)
    return _section(_("受益人怎么说"), pairs=item_figures(item))


def _round(project: Project, told: Facts) -> Facts:
    rows = []
    for one in told["items"]:
        item = AcceptanceItem(kind=one["kind"], words=one["words"], figures=one["figures"])
        figures = "；".join(f"{label} {value}" for label, value in item_figures(item))
        verdict = str(AcceptanceItem.Verdict(one["verdict"]).label) if one["verdict"] else "—"
        rows.append([item_title(item), figures, verdict, one["note"]])
    return _section(
        _("验收清单 · 第 %(n)d 轮 · %(day)s") % {"n": told["number"], "day": told["judged_on"]},
        texts=[told["reason"]],
        tables=[_table([_("项目"), _("数字"), _("判断"), _("说明")], rows)],
        pairs=[("SHA-256", told["sha256"])],
    )


def _account(archive: Facts) -> Facts:
    account = archive["final_account"]
    if account is None:
        return _section(_("决算"), texts=[_("还没有核对过的决算。")])
    facts = account["facts"]
    names = ("planned", "changed", "granted", "spent", "borne", "left")
    return _section(
        _("决算 · %(day)s") % {"day": account["checked_on"]},
        texts=[facts["words"]],
        pairs=[("SHA-256", account["sha256"])],
        tables=[
            _table(
                [_("预算行"), _("预算"), _("调整后"), _("批准"), _("花了"), _("资助承担"), _("结余")],
                [[row["words"], *(written(row[name]) for name in names)] for row in facts["lines"]],
            ),
            _table(
                [_("基金"), _("已付"), _("已退回"), _("核销"), _("资助承担"), _("结余"), _("留用")],
                [
                    [
                        row["name"],
                        *(
                            written(row[name])
                            for name in ("paid", "returned", "written_off", "spent", "surplus", "kept")
                        ),
                    ]
                    for row in facts["funds"]
                ],
            ),
            _table(
                [_("其他资金"), _("计划"), _("实际到位")],
                [[row["source"], written(row["planned"]), written(row["actual"])] for row in facts["other"]],
            ),
        ],
    )
