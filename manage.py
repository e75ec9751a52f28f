#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from charityfund.settings.guard import DoesNotStart

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "charityfund.settings.base")
    try:
        execute_from_command_line(sys.argv)
    except DoesNotStart as refusal:
        sys.exit(str(refusal))
