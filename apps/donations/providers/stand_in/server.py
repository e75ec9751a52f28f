"""The stand-in's HTTP face: the API under /v1, the Checkout page under /pay, a test's controls under /control."""

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from apps.donations.providers.stand_in import pages, sessions
from apps.donations.providers.stand_in.api import Api
from apps.donations.providers.stand_in.store import ApiError, Thing
from apps.donations.providers.stand_in.wire import read

MAX_BODY = 1_000_000
UNANSWERED, SILENT = 0, -1


class Handler(BaseHTTPRequestHandler):
    """Reads one request, asks the API or the page, writes the answer."""

    api: Api
    protocol_version = "HTTP/1.1"
    # Small answers leave at once: Nagle's wait costs 40 ms a call.
    disable_nagle_algorithm = True
    wbufsize = -1
    server_version = "stand-in"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _body(self) -> str:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            raise ApiError(413, "Too large")
        return self.rfile.read(length).decode("utf-8", "replace")

    def _say(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, thing: Thing, **headers: str) -> None:
        if status == SILENT:
            # Ends when the client gives up and closes the line.
            self.rfile.read(1)
            self.close_connection = True
            return
        if status == UNANSWERED:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self._say(
            status, json.dumps(thing).encode(), "application/json", Request_Id="req_stand_in", **headers
        )

    def _go(self, method: str) -> None:
        url = urlsplit(self.path)
        text = self._body()
        try:
            if url.path.startswith("/v1/"):
                if not self.headers.get("Authorization", "").startswith("Bearer sk_test_"):
                    raise ApiError(401, "Invalid API Key provided.")
                query = text if method == "POST" else url.query
                (status, thing), replayed = self.api.answer(
                    method, url.path, query, self.headers.get("Idempotency-Key") or ""
                )
                self._json(status, thing, **({"Idempotent_Replayed": "true"} if replayed else {}))
            elif url.path.startswith("/control/") and method == "POST":
                self._json(200, self.api.control(url.path.removeprefix("/control/"), read(text)))
            elif url.path.startswith("/pay/"):
                self._page(method, url.path.removeprefix("/pay/"), url.query, text)
            else:
                raise ApiError(404, "Not found")
        except ApiError as error:
            self._json(error.status, error.body)

    def _page(self, method: str, session_id: str, query: str, text: str) -> None:
        try:
            if method == "POST":
                target = self.api.choose(session_id, (parse_qs(text).get("choice") or ["cancel"])[0])
                self._say(303, b"", "text/plain", Location=target)
                return
            with self.api.store.changing():
                sessions.expire_due(self.api.store)
                found = self.api.store.get("checkout.session", session_id)
            if found["status"] == "open":
                body = pages.checkout(found, declined="declined" in query)
            else:
                body = pages.closed("这笔付款已经结束。This session is over.")
            self._say(200, body.encode(), "text/html; charset=utf-8")
        except ApiError as error:
            self._say(error.status, pages.closed(str(error)).encode(), "text/html; charset=utf-8")

    def do_GET(self) -> None:
        self._go("GET")

    def do_POST(self) -> None:
        self._go("POST")

    def do_DELETE(self) -> None:
        self._go("DELETE")


def listen(api: Api, port: int) -> ThreadingHTTPServer:
    """Bind to the loopback interface only; port 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (Handler,), {"api": api}))
    server.daemon_threads = True
    api.store.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    return server
