"""Benchmarks: each figure is a ratio against its limit, measured in the same run on the same machine."""
