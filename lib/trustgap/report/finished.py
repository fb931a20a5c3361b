"""The last look at a finished page: it runs nothing of others and calls nobody, whatever template made it.

That rests on the policy with which every page must begin, and which browsers carry out. What is looked for
besides is what the policy does not forbid, and what other programs than browsers might follow.
"""

import re
import sys
from html import unescape

TAG = re.compile(r"""<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
ADDRESSES = set("src srcset href xlink:href action formaction data poster background ping cite".split())
FOREIGN = set("iframe frame object embed applet base audio video source".split())
WITHIN = re.compile(r"data:,|data:image/svg\+xml,.*|#[\w-]*|(?![\w.+-]*:|//|\\)[\w./#-]+", re.DOTALL)
"""What an address on a page may be: a drawing on the page itself, a place on it, or a file of the site."""

HEAD = re.compile(
    r"""\s*<!DOCTYPE html>\s*<html lang="[\w-]+">\s*<head>\s*<meta charset="utf-8">\s*"""
    r"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; """
    r"""style-src 'unsafe-inline'(; script-src 'sha256-[\w+/=]+')?; base-uri 'none'; form-action 'none'">"""
)
"""How a page begins: nothing goes before the policy, so no comment, base or other policy can undo it."""

STYLE = re.compile(r"<style[^>]*>(.*?)(?:</style|\Z)", re.DOTALL | re.IGNORECASE)
STYLED = set("style fill stroke filter mask clip-path cursor marker-start marker-mid marker-end".split())
FETCHING = re.compile(r"@import|(?:url|src|image|image-set)\(", re.IGNORECASE)
ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?)?")


class PageRefused(ValueError):
    """A notebook that must not become a page; says which cell and why, and never what the cell showed."""


def checked(html: str) -> str:
    """Give a finished page back, if it can call nobody and run nothing.

    Parameters
    ----------
    html : str
        The page.

    Returns
    -------
    str
        The same.

    Raises
    ------
    PageRefused
        Naming the tag, never an address or a text of the page.

    Examples
    --------
    >>> checked("<p>src=https://a.example</p>")
    Traceback (most recent call last):
    trustgap.report.finished.PageRefused: the page lacks the policy that forbids browsers to load anything
    """
    head = HEAD.match(html)
    if not head:
        raise PageRefused("the page lacks the policy that forbids browsers to load anything")
    for name, rest in TAG.findall(html, head.end()):
        if name.lower() in FOREIGN or (name.lower() == "script" and not head[1]):
            raise PageRefused(f"the page holds a <{name}>")
        for attribute, value in ATTRIBUTE.findall(rest):
            known = attribute.lower()
            if known.startswith("on") or known == "http-equiv":
                raise PageRefused(f"a <{name}> of the page runs something")
            if known in ADDRESSES and not WITHIN.fullmatch(value.strip("\"'")):
                raise PageRefused(f"a <{name}> of the page leads outside")
            if known in STYLED and _fetches(value):
                raise PageRefused(f"the style of a <{name}> of the page leads outside")
    if any(map(_fetches, STYLE.findall(html))):
        raise PageRefused("a style of the page leads outside")
    return html


def _fetches(style: str) -> bool:
    """Say whether a style names anything to load, however it is written."""
    plain = ESCAPED.sub(lambda sign: chr(min(int(sign[1] or "0", 16), sys.maxunicode)), unescape(style))
    return FETCHING.search(plain.replace("\0", "")) is not None
