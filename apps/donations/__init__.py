"""Money arrives: campaigns, gifts, refunds, disputes, payouts.

Nouns: Donor, Consent, Campaign, Donation, Refund, ProviderEvent (the inbox of payment providers).
Verbs: start_gift, open_payment, record_offline, receive_event, settle, refund, reconcile, book_payout, open_campaign.
Laws: truth is in the database and queues are hints; a gift is known by its payment, an event by its id; the provider
is asked again before anything is booked, outside the transaction; gifts are settled in sets by one path; what a
refund cannot find in its fund is booked as a receivable and shown.
"""
