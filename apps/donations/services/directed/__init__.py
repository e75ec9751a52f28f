"""Directed fundraising: appeals, their audiences, the links, the gifts that answer, and what the givers are told."""
