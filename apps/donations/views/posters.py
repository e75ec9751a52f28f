"""Posters with the code of a give page, for notice boards and phones; what is made is kept in the process."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import pdf, qr
from apps.donations import queries
from apps.donations.models import Campaign
from apps.donations.queries.targets import Target

FILES = {("a4", "pdf"), ("phone", "pdf"), ("phone", "png")}
PHONE_PPI = 360
MOST_KEPT = 64
AN_HOUR = 3600
PURPOSE_LENGTH = 120


def _target(code: str) -> Target:
    found = queries.target_of(code)
    if found is None:
        raise Http404
    return found


@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """Offer the posters of whatever takes gifts; without a filing in date there is none, and it says so."""
    target = _target(code)
    context = {
        "target": target,
        "host": target.host,
        "campaign": target.filed,
        "address": _address(target),
        "picture": qr.svg_address(_address(target)) if target.filed else "",
    }
    return render(request, "donations/poster.html", context)


@require_safe
def poster_file(request: HttpRequest, code: str, size: str, kind: str) -> HttpResponse:
    """Hand out a poster as a PDF, or as a picture for a phone."""
    if (size, kind) not in FILES:
        raise Http404
    target = _target(code)
    if target.filed is None:
        raise Http404
    facts = poster_facts(target, size)
    plain = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    body = pdf.kept("poster", facts) if kind == "pdf" else _drawn(plain)
    answer = HttpResponse(body, content_type="application/pdf" if kind == "pdf" else "image/png")
    how = "attachment" if kind == "pdf" else "inline"
    answer["Content-Disposition"] = f'{how}; filename="poster-{code}-{size}.{kind}"'
    answer["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return answer


@lru_cache(maxsize=MOST_KEPT)
def _drawn(facts: str) -> bytes:
    """Draw a phone's picture once; other facts are another picture, so nothing old is ever handed out."""
    return pdf.render_picture("poster", json.loads(facts), ppi=PHONE_PPI)


def _address(target: Target) -> str:
    return settings.SITE_URL + reverse("donations:give", args=[target.code])


def poster_facts(target: Target, size: str) -> dict[str, Any]:
    """Return what a poster says. Charity Law, article 24: who raises, under which filing, and how to check it."""
    campaign, host = target.filed, target.host
    if campaign is None:
        raise ValueError("a poster needs a filing in date")
    purpose = campaign.purpose if target.fund is None else target.fund.purpose or campaign.purpose
    title = _("捐给%(name)s") % {"name": target.name}
    if target.wish is not None:
        title, purpose = _("为“%(name)s”捐款") % {"name": target.name}, target.wish.bound
    legal = [
        [_("慈善组织"), host.name],
        [_("统一社会信用代码"), host.uscc],
        *([[_("公开募捐资格证书"), host.licence]] if host.licence else []),
        [_("募捐活动"), campaign.name],
        [_("备案编号"), campaign.filing_number or _unfiled(campaign)],
        [_("期限"), f"{campaign.starts_on.isoformat()} – {campaign.ends_on.isoformat()}"],
        [_("联系"), f"{campaign.responsible} {campaign.contact}"],
    ]
    return {
        "size": size,
        "lang": (get_language() or "zh")[:2],
        "title": title,
        "name": target.name,
        "host": host.name,
        "wish": target.wish.unbound if target.wish else "",
        "purpose": purpose if len(purpose) <= PURPOSE_LENGTH else purpose[: PURPOSE_LENGTH - 1] + "…",
        "qr": qr.svg(_address(target)),
        "alt": _("捐款页的二维码"),
        "call": _("扫一扫，捐一点"),
        "steps": _("不用注册，一分钟；每一笔收支都能查"),
        "url": _address(target),
        "legal": legal,
        "check": _("到“慈善中国”（cszg.mca.gov.cn）输入备案编号，可以查到募捐方案。")
        if campaign.filing_number
        else _(
            "应对重大突发事件，依《慈善法》第七十三条先行募捐；备案以后到“慈善中国”（cszg.mca.gov.cn）可以查到。"
        ),
    }


def _unfiled(campaign: Campaign) -> str:
    """Return what stands for the number of an emergency's plan that is still to be filed."""
    day = (campaign.file_by or campaign.starts_on).isoformat()
    if campaign.is_overdue:
        return _("应在 %(day)s 前补办备案，还没有办") % {"day": day}
    return _("正在补办备案，最晚 %(day)s") % {"day": day}
