"""The tests: behaviour, mirroring the apps."""
