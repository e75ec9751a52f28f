"""Funds."""
