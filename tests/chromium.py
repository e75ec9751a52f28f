"""Finding a browser: the system's Chromium, or Debian's package where this process may install it."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ["chromium", "fonts-noto-cjk"]
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
    """Return a browser, installing Debian's Chromium as root when there is none."""
    found = find()
    if found or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    quiet = {"check": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
    subprocess.run(["apt-get", "install", "-y", "-qq", *PACKAGES], **quiet)  # type: ignore[call-overload]
    return find()
