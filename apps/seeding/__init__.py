"""Seed money from a host to its funds.

Nouns: Programme (a pot of the host's free money: fixed sums, matches of gifts, or rewards), Application, Score, Award,
Match, TakenBack. Verbs: open_programme, close_programme, apply, hand_in_again, withdraw_application, score, award,
pay_rewards, match_gifts.
Laws: the pot is never overdrawn and the host's free money neither; a fund gets a fixed sum once, and a gift is matched
once per programme, in the order of arrival; a refund takes its match back; the money moves between two books of the
host without being income or expense; every draw can be recomputed from the public record.
"""
