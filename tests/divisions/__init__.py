"""Tests of divisions."""
