"""Finding a browser: the system's Chromium, or Debian's package where this process may install it.

The headless shell is the same engine without the windows that nobody looks at: it does the walks with half the work.
"""

import os
import shutil
import subprocess

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Debian 12 and later have the first; what is older, the second.
PACKAGES = ("chromium-headless-shell", "chromium")
FONTS = "fonts-noto-cjk"
# Kept from calling home: tests speak to this machine only.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """Return the path of an installed browser, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find_or_install() -> str | None:
    """Return a browser, installing one of Debian's packages as root when there is none."""
    found = find()
    if found or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    _quietly("apt-get", "update", "-qq")
    for package in PACKAGES:
        _quietly("apt-get", "install", "-y", "-qq", package, FONTS)
        if found := find():
            break
    return found


def _quietly(*command: str) -> None:
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
