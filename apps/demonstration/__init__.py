"""The demonstration: 綦江's real districts with invented people, made through the services with the clock set.

Verbs: build it (`story`), run every process of the system on one machine (`demo` command).
"""
