"""The verbs by which money arrives and goes back."""

from apps.donations.services.after_gift import (
    draw_donation_agreement,
    file_donation_agreement,
    make_certificate,
)
from apps.donations.services.again import give_again, standing_consents
from apps.donations.services.batches import BatchLine, Fault, ListRefused, book_batch, declare_batch
from apps.donations.services.booking import Unbookable
from apps.donations.services.boxes import count_box, discard_count, place_box, sign_count
from apps.donations.services.campaign_corrections import correct_campaign
from apps.donations.services.campaign_reports import Told, publish_campaign_report
from apps.donations.services.campaigns import (
    Plan,
    Why,
    hand_over_campaigns,
    keep_campaign_paper,
    save_campaign,
)
from apps.donations.services.care import (
    add_contact,
    end_contact,
    merge_donors,
    part_donors,
    tell_apart,
)
from apps.donations.services.cash import deposit_cash, undo_deposit
from apps.donations.services.corrections import (
    answer_purpose,
    ask_purpose,
    books_of,
    carry_out_purpose,
    correct_gift,
    lapse_purposes,
    record_purpose_answer,
    withdraw_purpose,
)
from apps.donations.services.custody import (
    Handed,
    ask_hand_over,
    reject_hand_over,
    release_hand_over,
    take_custody,
)
from apps.donations.services.donor_texts import close_pointless, send_donor_texts, tell_by_hand
from apps.donations.services.donors import erase_donor
from apps.donations.services.giving import Shown, open_payment, start_gift
from apps.donations.services.inkind import (
    GoodsGift,
    ask_write_off,
    issue_goods,
    receive_goods,
    reject_write_off,
    release_write_off,
    sell_goods,
)
from apps.donations.services.instructions import Instruction, follow_instruction
from apps.donations.services.looking import note_look
from apps.donations.services.offline import (
    OfflineGift,
    Transfer,
    gift_of_form,
    receive_transfers,
    record_many,
    record_offline,
)
from apps.donations.services.own import erase_all, erase_by_key, hide_surname, withdraw_consent
from apps.donations.services.plans.beginning import begin_plan, open_plan, settle_plan
from apps.donations.services.plans.daily import (
    close_unstarted,
    look_after_plans,
    pay_month,
    remind,
    send_plans,
)
from apps.donations.services.plans.steering import change_plan, pause_plan, resume_plan, stop_plan
from apps.donations.services.platforms import PlatformOrder, record_platform_gifts
from apps.donations.services.pledges import (
    NewPledge,
    end_pledge,
    match_pledge,
    receive_pledged,
    record_pledge,
    remind_pledges,
    take_off_pledge,
    write_pledge,
)
from apps.donations.services.purposes import Purpose, Purposes, column_of
from apps.donations.services.receipts import (
    ReceiptNumber,
    decline_receipt,
    issue_receipt,
    reissue_receipt,
    request_receipt,
    void_receipt,
    waive_receipt,
)
from apps.donations.services.reconciling import (
    Reconciliation,
    book_payout,
    booked_balance,
    expire,
    reconcile,
    repay_advance,
)
from apps.donations.services.refunds import refund, reject_refund, release_refund, send_refunds
from apps.donations.services.settlement import retry, settle, settle_session
from apps.donations.services.shown import choose_name, choose_name_of_plan, take_back_words
from apps.donations.services.shown_goods import choose_name_of_things
from apps.donations.services.signing_in import ask_code, enter_code, send_codes
from apps.donations.services.thank_texts import send_thanks
from apps.donations.services.thanks import thank_donors
from apps.donations.services.webhooks import receive_event

__all__ = [
    "BatchLine",
    "Fault",
    "GoodsGift",
    "Handed",
    "Instruction",
    "ListRefused",
    "NewPledge",
    "OfflineGift",
    "Plan",
    "PlatformOrder",
    "Purpose",
    "Purposes",
    "ReceiptNumber",
    "Reconciliation",
    "Shown",
    "Told",
    "Transfer",
    "Unbookable",
    "Why",
    "add_contact",
    "answer_purpose",
    "ask_code",
    "ask_hand_over",
    "ask_purpose",
    "ask_write_off",
    "begin_plan",
    "book_batch",
    "book_payout",
    "booked_balance",
    "books_of",
    "carry_out_purpose",
    "change_plan",
    "choose_name",
    "choose_name_of_plan",
    "choose_name_of_things",
    "close_pointless",
    "close_unstarted",
    "column_of",
    "correct_campaign",
    "correct_gift",
    "count_box",
    "declare_batch",
    "decline_receipt",
    "deposit_cash",
    "discard_count",
    "draw_donation_agreement",
    "end_contact",
    "end_pledge",
    "enter_code",
    "erase_all",
    "erase_by_key",
    "erase_donor",
    "expire",
    "file_donation_agreement",
    "follow_instruction",
    "gift_of_form",
    "give_again",
    "hand_over_campaigns",
    "hide_surname",
    "issue_goods",
    "issue_receipt",
    "keep_campaign_paper",
    "lapse_purposes",
    "look_after_plans",
    "make_certificate",
    "match_pledge",
    "merge_donors",
    "note_look",
    "open_payment",
    "open_plan",
    "part_donors",
    "pause_plan",
    "pay_month",
    "place_box",
    "publish_campaign_report",
    "receive_event",
    "receive_goods",
    "receive_pledged",
    "receive_transfers",
    "reconcile",
    "record_many",
    "record_offline",
    "record_platform_gifts",
    "record_pledge",
    "record_purpose_answer",
    "refund",
    "reissue_receipt",
    "reject_hand_over",
    "reject_refund",
    "reject_write_off",
    "release_hand_over",
    "release_refund",
    "release_write_off",
    "remind",
    "remind_pledges",
    "repay_advance",
    "request_receipt",
    "resume_plan",
    "retry",
    "save_campaign",
    "sell_goods",
    "send_codes",
    "send_donor_texts",
    "send_plans",
    "send_refunds",
    "send_thanks",
    "settle",
    "settle_plan",
    "settle_session",
    "sign_count",
    "standing_consents",
    "start_gift",
    "stop_plan",
    "take_back_words",
    "take_custody",
    "take_off_pledge",
    "tell_apart",
    "tell_by_hand",
    "thank_donors",
    "undo_deposit",
    "void_receipt",
    "waive_receipt",
    "withdraw_consent",
    "withdraw_purpose",
    "write_pledge",
]
