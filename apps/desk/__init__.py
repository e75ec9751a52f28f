"""What each person sees first: their desk, 我的捐赠, the auditor's pages.

It has no rows and no verbs: it asks the rooms below, and every row leads to the page that owns it.
"""
