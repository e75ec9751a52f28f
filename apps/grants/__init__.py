"""Money leaves a fund for the work of a project.

Nouns: `Grant` with its `GrantSource`s (out of which restriction) and `Instalment`s, `Payment`, `Clawback`.
Verbs: table a project; award what a carried motion decided; end the public notice; prepare, release or reject a
payment; accept or return evidence; close or terminate a grant; ask money back and book what returns.
Laws: the award reserves the money under the fund's lock; every payment draws from the sources in proportion; whoever
receives, proposes, decides or accepts does not pay, and whoever prepares a payment does not release it.
"""
