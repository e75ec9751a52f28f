"""The nation's administrative divisions.

Noun: Division (province, city, county, town, village; the code is the key and the path).
Verb: load.
Laws: a code has the native length of its level, so a parent is a prefix and a subtree is a range of codes; a division
that vanished is closed, never deleted.
"""
