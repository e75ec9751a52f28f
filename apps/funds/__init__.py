"""Hosts, their funds, the rules they live by, and what is promised out of them.

Nouns: Host, Fund, Restriction, Rulebook with Clauses, Reservation, DivisionTotal. Verbs: register_host, open_fund,
open_restriction, suspend_fund, resume_fund, adopt_rulebook, lock_fund, reserve, draw, release, fold_totals.
Laws: what is promised never exceeds what can be spent, of each kind of money; a lower level only tightens; every
total is rebuilt from the flows it folds.
"""
