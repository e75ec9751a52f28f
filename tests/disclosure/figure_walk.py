"""Walks the figures of a page: those that open to rows, and those that stand loose."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Money, or a count with what is counted.
FIGURE = re.compile(r"\d[\d,]*\.\d{2}|\d[\d,]*(?:\.\d)?\s*(?:人次|人|次|件|小时|张|条|笔|场|%)|\d\.\d\s*/ 5")
BARE = re.compile(r"\s*[−¥]*\d[\d,]*(?:\.\d+)?%?\s*")
ROWS = re.compile(r"/p/[^/]+/rows/([a-z0-9-]+)/")
VOID = {"img", "br", "input", "link", "meta", "rect", "line", "hr", "col"}
# Words that people wrote, and pictures that repeat a table.
UNREAD = {"blockquote", "script", "style", "svg", "title", "time"}


@dataclass
class Node:
    """An element that is open: where it leads, whether it holds records, what it says."""

    tag: str
    attributes: dict[str, str | None]
    text: list[str] = field(default_factory=list)


class Walk(HTMLParser):
    """`opened` are (name of the rows, text of the link); `folded` the summaries with what they fold away; `loose` the
    figures that neither open nor are records."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[Node] = []
        self.opened: list[tuple[str, str]] = []
        self.folded: list[tuple[str, str]] = []
        self.loose: list[str] = []
        start = page.find("<main")
        self.feed(page[start : page.find("</main>")] if start >= 0 else page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.stack.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and tag not in VOID:
            node = self.stack.pop()
            text = "".join(node.text)
            if self.stack:
                self.stack[-1].text.append(text)
            if node.tag == "a" and (found := ROWS.search(node.attributes.get("href") or "")):
                self.opened.append((found[1], text))
            if node.tag == "summary":
                self.stack[-1].attributes["summary"] = text
            if node.tag == "details" and (summary := node.attributes.get("summary")):
                self.folded.append((summary, text.removeprefix(summary)))
            if node.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.stack:
            return
        self.stack[-1].text.append(data)
        for node in self.stack:
            leads = node.tag == "a" and (node.attributes.get("href") or "").startswith("/")
            if leads or node.tag in UNREAD | {"summary"} or "data-records" in node.attributes:
                return
        if BARE.fullmatch(data):
            self.loose.append(data.strip())
        else:
            self.loose += FIGURE.findall(data)


def numbers(text: str) -> set[str]:
    """Return the numbers in a text without their separators, `1234.50`."""
    return {found.replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
