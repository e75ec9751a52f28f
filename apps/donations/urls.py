"""Addresses of donations: the public's, the provider's, staff's."""

from django.urls import path

from apps.donations.views import campaigns, corrections, gifts, giving, inkind, own, plans, refunds, webhooks

app_name = "donations"
urlpatterns = [
    path("give/<str:code>/", giving.give, name="give"),
    path("give/<str:code>/done/", giving.done, name="done"),
    path("give/<str:code>/transfer/", giving.transfer, name="transfer"),
    path("give/<str:code>/name/", giving.name, name="name"),
    path("donors/sign-in/", own.sign_in, name="sign_in"),
    path("donors/code/", own.enter_code, name="enter_code"),
    path("donors/consents/<int:consent_id>/withdraw/", own.withdraw, name="withdraw"),
    path("donors/erase/", own.erase, name="erase"),
    path("donors/sign-out/", own.sign_out, name="sign_out"),
    path("give/<str:code>/monthly/", plans.begin, name="give_monthly"),
    path("monthly/<str:token>/", plans.plan, name="plan"),
    path("monthly/<str:token>/pay/", plans.pay, name="plan_pay"),
    path("monthly/<str:token>/pause/", plans.pause, name="plan_pause"),
    path("monthly/<str:token>/resume/", plans.resume, name="plan_resume"),
    path("monthly/<str:token>/change/", plans.change, name="plan_change"),
    path("monthly/<str:token>/stop/", plans.stop, name="plan_stop"),
    path("webhooks/stripe/", webhooks.stripe, name="stripe_webhook"),
    path("gifts/", gifts.gifts, name="gifts"),
    path("gifts/record/", gifts.record, name="record"),
    path("gifts/parked/", gifts.parked, name="parked"),
    path("gifts/parked/<int:event_id>/retry/", gifts.retry, name="retry"),
    path("gifts/refunds/", refunds.refunds, name="refunds"),
    path("gifts/refunds/<str:code>/release/", refunds.release, name="release_refund"),
    path("gifts/refunds/<str:code>/reject/", refunds.reject, name="reject_refund"),
    path("gifts/repay/<str:fund>/<str:restriction>/", refunds.repay, name="repay"),
    path("goods/", inkind.store, name="goods"),
    path("goods/receive/", inkind.receive, name="receive_goods"),
    path("goods/write-offs/<str:code>/<str:decision>/", inkind.decide_write_off, name="decide_write_off"),
    path("goods/<str:code>/", inkind.gift, name="goods_gift"),
    path("goods/<str:code>/<str:way>/", inkind.take_out, name="take_out"),
    path("gifts/purposes/<str:code>/withdraw/", corrections.withdraw, name="withdraw_purpose"),
    path("gifts/purposes/<str:code>/carry-out/", corrections.carry_out, name="carry_out_purpose"),
    path("purpose/<str:token>/", corrections.purpose, name="purpose"),
    path("gifts/<str:code>/correct/", corrections.correct, name="correct"),
    path("gifts/<str:code>/", gifts.gift, name="gift"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/<str:host>/", campaigns.new, name="new_campaign"),
    path("campaigns/<str:code>/", campaigns.campaign, name="campaign"),
]
