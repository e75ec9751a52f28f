"""Settings: `base` reads the environment, `guard` refuses what is unsafe, `test` is for the tests."""
