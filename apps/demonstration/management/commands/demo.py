"""`manage.py demo`: make the demonstration once, then run web, workers, beat and the payment stand-in."""

import hashlib
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.demonstration import story
from apps.demonstration.processes import Processes, free_port, is_free, only_one, wait_until_answering
from apps.demonstration.sign_ins import PASSWORD, SIGN_INS

THREADS = "4"
PORTS = 65_536


class Command(BaseCommand):
    """Serve the demonstration until Ctrl-C."""

    help = "Make the demonstration once and serve it with web, workers, beat and the payment stand-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--build-only", action="store_true", help="make the demonstration and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("The demonstration runs with CHARITYFUND_MODE=demo only.")
        port: int = options["port"]
        if not 0 < port < PORTS:
            raise CommandError(f"There is no port {port}; choose one such as: make demo PORT=9000")
        if not options["build_only"] and not is_free(port):
            other = 9000 if port != 9000 else 9001
            raise CommandError(f"Port {port} is taken, or not yours; choose another: make demo PORT={other}")
        lock = only_one(settings.DATA_DIR)
        if lock is None:
            raise CommandError(
                f"The demonstration in {settings.DATA_DIR}/ is running or being made already; stop that one first."
            )
        with lock:
            try:
                self.prepare()
            except KeyboardInterrupt:
                raise CommandError("Stopped. The next start makes the demonstration anew.") from None
            if not options["build_only"]:
                self.serve(port)

    def prepare(self) -> None:
        """Migrate, collect static files, and make the demonstration unless it stands already."""
        done = settings.DATA_DIR / "demonstration.done"
        if not done.exists():
            # A build that was interrupted leaves half a story: start again from nothing.
            connection.close()
            for part in settings.DATA_DIR.glob("charityfund.sqlite3*"):
                part.unlink()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not done.exists():
            self.stdout.write("Making the demonstration (about a minute, once) ...")
            story.build(progress=True)
            done.write_text("ok\n")

    def serve(self, port: int) -> None:
        """Run every process until Ctrl-C or until one of them dies."""
        root = Path(settings.ROOT)
        environment = self.environment(port)
        group = Processes(root=root, logs=settings.DATA_DIR / "logs", environment=environment)
        socket = str(settings.DATA_DIR / "gunicorn.ctl")
        web = ["--threads", THREADS, "--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
        web += ["--control-socket", socket, "--log-level", "warning"]
        celery = ["-m", "celery", "-A", "charityfund", "--quiet"]
        group.heed()
        try:
            if stand_in := environment.get("STRIPE_API_BASE"):
                group.start(
                    "stand-in", "manage.py", "stripe_stand_in", "--port", stand_in.rpartition(":")[2],
                    "--webhook-url", f"http://127.0.0.1:{port}/webhooks/stripe/",
                )  # fmt: skip
            group.start("web", "-m", "gunicorn", "charityfund.wsgi", *web)
            for queue in ("money", "long"):
                group.start(
                    f"worker-{queue}", *celery, "worker", "-P", "solo", "-Q", queue, "-n", f"{queue}@demo"
                )
            group.start("beat", *celery, "beat")
            if not wait_until_answering(port, group.is_stopping) and not group.is_stopping.is_set():
                raise CommandError(f"The web server did not start; see {group.logs / 'web.log'}")
            if not group.is_stopping.is_set():
                self.announce(port)
            if dead := group.wait():
                raise CommandError(f"{dead} stopped; see {group.logs / (dead + '.log')}")
        finally:
            group.stop()

    def environment(self, port: int) -> dict[str, str]:
        """Return what the processes need beside the demonstration's own environment."""
        environment = {"CHARITYFUND_MODE": "demo", "SITE_URL": f"http://127.0.0.1:{port}"}
        if not settings.STRIPE_SECRET_KEY:
            # A webhook secret of this installation's own; the stand-in signs with it.
            seed = settings.DATA_DIR / "webhook-secret"
            if not seed.exists():
                seed.write_text(secrets.token_hex(16))
            environment |= {
                "STRIPE_SECRET_KEY": "sk_test_" + hashlib.sha256(seed.read_bytes()).hexdigest()[:24],
                "STRIPE_WEBHOOK_SECRET": "whsec_" + seed.read_text(),
                "STRIPE_API_BASE": f"http://127.0.0.1:{free_port()}",
            }
        return environment

    def place(self) -> Path:
        """Return where the data are, as one would say it here."""
        folder: Path = settings.DATA_DIR
        return folder.relative_to(settings.ROOT) if folder.is_relative_to(settings.ROOT) else folder

    def announce(self, port: int) -> None:
        """Print the address and the sign-ins."""
        self.stdout.write(f"\n  http://127.0.0.1:{port}/\n\n  Sign-ins (password: {PASSWORD})\n")
        for person in SIGN_INS:
            self.stdout.write(f"    {person.email:<28}{person.words}\n")
        self.stdout.write(f"\n  Ctrl-C stops everything; the data stay in {self.place()}/.\n")
        self.stdout.flush()
