"""Settings come from the environment alone; `base` reads it, `guard` refuses what is unsafe."""

from charityfund.settings.base import *  # noqa: F403  (Django reads the module's names)
