"""Ways money arrives: one small interface (`base`), Stripe (`stripe`), bank transfer by reference code (`bank`).

Nothing here knows the database; values go in, facts come out.
"""
