"""Double entry for every host, fund and restriction.

Nouns: account (a stable key with one code per dated chart), period, entry, posting, balance.
Verbs: post, post_many, reverse, lift_restriction, close_month, close_year, take_unfolded.
Laws: every fund and restriction is a self-balancing book; rows are added, never changed; what was booked is known by
(kind, source) and booked once; balances are caches that prove themselves.
The ledger knows no donor and no fund: dimensions are codes.
"""
