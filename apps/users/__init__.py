"""People who sign in, and what they may act as.

Nouns: User (known by e-mail), Role (host administrator, finance, town coordinator, auditor, implementer).
Verbs: create_user, grant_role, end_role.
Laws: a role holds only between its days and until it is ended, and only where its scope covers; a refusal says who may.
Seats on a committee are not roles; they live with the committee.
"""
