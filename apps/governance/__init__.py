"""Decisions: the committee of a fund, what is put before it, and how it votes.

Nouns: Committee, Seat, Motion, RollEntry, Ballot, Recusal, Tie.
Verbs: form_committee, seat, end_seat, table, edit, withdraw, open_voting, cast, recuse, declare_tie, remind, close.
Laws: the roll and the rules are frozen when voting opens; text and amount are hashed into every ballot; the deadline
is the clock after the lock; recusal changes the denominator by the written rule; nobody sees counts or turnout before
the close; the result is recomputed from the published record by a script that stands alone.
"""
