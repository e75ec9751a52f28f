"""Seed money from a host to its funds.

Nouns: Programme (a pot of the host's free money, one fixed sum per fund), Award. Verbs: open_programme, award.
Laws: the pot is never overdrawn, a fund gets a programme's seed once, and the money moves between two books of the
host without being income or expense.
"""
