"""The last look at a finished page: it runs nothing of others and calls nobody, whatever template made it."""

import re

TAG = re.compile(r"""<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
ADDRESSES = set("src srcset href xlink:href action formaction data poster background ping cite".split())
FOREIGN = set("iframe frame object embed applet base audio video source".split())
WITHIN = re.compile(r"data:,|data:image/svg\+xml,.*|#[\w-]*|(?![\w.+-]*:|//|\\)[\w./#-]+", re.DOTALL)
"""What an address on a page may be: a drawing on the page itself, a place on it, or a file of the site."""

POLICY = "Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'"
NAMED_SCRIPT = "; script-src 'sha256-"
STYLE = re.compile(r"<style[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
FETCHING = re.compile(r"@import|url\(", re.IGNORECASE)


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
    if POLICY not in html:
        raise PageRefused("the page lacks the policy that forbids browsers to load anything")
    for name, rest in TAG.findall(html):
        if name.lower() in FOREIGN or (name.lower() == "script" and NAMED_SCRIPT not in html):
            raise PageRefused(f"the page holds a <{name}>")
        for attribute, value in ATTRIBUTE.findall(rest):
            known = attribute.lower()
            if known.startswith("on") or (known == "http-equiv" and POLICY not in rest):
                raise PageRefused(f"a <{name}> of the page runs something")
            if known in ADDRESSES and not WITHIN.fullmatch(value.strip("\"'")):
                raise PageRefused(f"a <{name}> of the page leads outside")
    if any(FETCHING.search(style) for style in STYLE.findall(html)):
        raise PageRefused("a style of the page leads outside")
    return html
