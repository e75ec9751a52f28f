"""The staff's pages about funds and rules."""
