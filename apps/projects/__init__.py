"""Needs, projects and the work that is shown for the money.

Nouns: `Need`, `Project` with its `Part`s (the five partners) and `BudgetLine`s, `Evidence` with photographs,
`RatingCode` and `SatisfactionReply`.
Verbs: a resident voices a need; an implementer applies, edits, submits, withdraws and files evidence; a resident rates.
Laws: what is asked is the sum of the budget lines; photographs are public only after acceptance; one reply per code;
person-times are added up, persons never are.
Who may decide is asked above, in `grants`, because committees are not known here.
"""
