"""The organisations that do the work.

Nouns: Organisation (registered by one host, which answers for its particulars).
Verbs: register_organisation, change_payee_account, suspend, restore, add_implementer.
Laws: the payee account is sealed and opened only by the host's finance; who applies for an organisation holds the
implementer's role in it.
"""
