"""Staff pages of grants: the board, payments, acceptance, what officers decide besides motions."""
