"""What donors, finance and administrators fill in. Amounts are read as typed and handed on as fen."""
