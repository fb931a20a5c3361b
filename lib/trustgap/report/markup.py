"""What a page lets in: markdown, code and output become HTML that holds no script and calls nobody."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from itertools import groupby

import mistune
from markupsafe import Markup, escape
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, String

TEXT = frozenset("h1 h2 h3 h4 h5 h6 p ul ol li strong em code pre blockquote hr br a span".split())
SENTENCE = frozenset("p ul ol li strong em span br".split())
TABLE = frozenset("div table caption thead tbody tr th td p strong em span details summary".split())

VOID = {"br", "hr"}
WORD = r"[a-z][a-z0-9-]*"
ATTRIBUTES = {
    "class": re.compile(rf"{WORD}( {WORD})*"),
    "id": re.compile(WORD),
    "href": re.compile(r"(?![\w.+-]*:|//|\\)[\w./#-]+"),
    "scope": re.compile("col|row"),
    "role": re.compile("group"),
    "tabindex": re.compile("0"),
    "aria-label": re.compile(r".+"),
    "start": re.compile(r"\d+"),
}
"""The only attributes that a page takes from a notebook, and what each may hold: links stay in the site."""

DRAWING_FAULTS = {
    "a script": r"<\s*script",
    "an event handler": r"\son\w+\s*=",
    "foreign content": r"<\s*(foreignObject|iframe|image|audio|video)",
    "a reference outside itself": r"(href\s*=\s*[\"'](?!#))|url\(\s*[\"']?(?!#)|@import",
    "an entity": r"<!ENTITY",
}
SEEN = 2048
"""Cells that are remembered, because those of a notebook are the same for every area."""

COLOURED = {Comment: "c", Keyword: "k", String: "s"}


class Cleaner(HTMLParser):
    """Write HTML anew from an allow-list of tags and attributes; collect what is not on it."""

    def __init__(self, tags: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.tags = tags
        self.parts: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep an allowed tag with its allowed attributes."""
        if tag not in self.tags:
            self.faults.append(f"<{tag}> is not allowed here")
            return
        for name, value in attributes:
            if name not in ATTRIBUTES or not ATTRIBUTES[name].fullmatch(value or ""):
                self.faults.append(f"<{tag}> has an attribute {name} that is not allowed or leads outside")
        if tag == "th" and "scope" not in dict(attributes):
            self.faults.append("a heading of a table has no scope")
        if self.open[-1:] == ["table"] and tag != "caption" and self.parts[-1].startswith("<table"):
            self.faults.append("a table has no caption")
        written = "".join(f' {name}="{escape(value or "")}"' for name, value in attributes)
        self.parts.append(f"<{tag}{written}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open."""
        if tag in VOID or tag not in self.tags:
            return
        if self.open[-1:] != [tag]:
            self.faults.append(f"</{tag}> closes nothing")
            return
        self.parts.append(f"</{self.open.pop()}>")

    def handle_data(self, data: str) -> None:
        """Escape text again."""
        if data.strip() or self.open[-1:] != ["table"]:
            self.parts.append(str(escape(data)))

    def handle_comment(self, data: str) -> None:
        """Refuse comments: browsers differ in where they end."""
        self.faults.append("a comment is not allowed")

    def handle_decl(self, decl: str) -> None:
        """Refuse declarations."""
        self.faults.append("a declaration is not allowed")

    unknown_decl = handle_decl
    handle_pi = handle_decl


def clean(html: str, *, tags: frozenset[str]) -> Markup:
    """Write a piece of HTML anew, with nothing in it that is not allowed.

    Parameters
    ----------
    html : str
        A piece of HTML.
    tags : frozenset of str
        Tags allowed: `TEXT`, `SENTENCE` or `TABLE`.

    Returns
    -------
    Markup
        The same content; attributes other than `ATTRIBUTES` cannot be in it.

    Raises
    ------
    ValueError
        If anything is not allowed, a tag stays open, a table lacks its caption or a heading its scope.

    Examples
    --------
    >>> clean("<p>5 &gt; 4</p>", tags=SENTENCE)
    Markup('<p>5 &gt; 4</p>')
    >>> clean("<p onclick='x()'>5</p>", tags=SENTENCE)
    Traceback (most recent call last):
    ValueError: <p> has an attribute onclick that is not allowed or leads outside
    """
    cleaner = Cleaner(tags)
    cleaner.feed(html)
    cleaner.close()
    faults = cleaner.faults + [f"<{tag}> is never closed" for tag in cleaner.open]
    if faults:
        raise ValueError("; ".join(dict.fromkeys(faults)))
    return Markup("".join(cleaner.parts))  # noqa: S704 - every part was escaped or is on the list


def check_drawing(svg: str) -> None:
    """Refuse an SVG that could run, load or nest anything.

    Parameters
    ----------
    svg : str
        The drawing.

    Raises
    ------
    ValueError
        Naming what it holds, or that it is no SVG.
    """
    if "<svg" not in svg:
        raise ValueError("the drawing is no SVG")
    faults = [name for name, pattern in DRAWING_FAULTS.items() if re.search(pattern, svg, re.IGNORECASE)]
    if faults:
        raise ValueError(f"the drawing holds {', '.join(faults)}")


class Headings(mistune.HTMLRenderer):
    """Markdown to HTML; raw HTML in it becomes text, headings get an id and are listed."""

    def __init__(self, taken: set[str]) -> None:
        super().__init__(escape=True)
        self.taken = taken
        self.found: list[tuple[int, Markup, str]] = []

    def heading(self, text: str, level: int, **attrs: object) -> str:
        """Write a heading with an id that no other has."""
        plain = Markup(re.sub(r"<[^>]+>", "", text))  # noqa: S704 - mistune escaped it
        stem = re.sub(r"[^a-z0-9]+", "-", plain.unescape().lower()).strip("-")
        stem = stem if stem[:1].isalpha() else f"section-{stem}".rstrip("-")
        name, copies = stem, 1
        while name in self.taken:
            copies += 1
            name = f"{stem}-{copies}"
        self.taken.add(name)
        self.found.append((level, plain, name))
        return f'<h{level} id="{name}">{text}</h{level}>\n'


def markdown(source: str, *, taken: set[str]) -> tuple[Markup, list[tuple[int, Markup, str]]]:
    """Turn a markdown cell into HTML.

    Parameters
    ----------
    source : str
        Markdown; raw HTML in it is shown as text.
    taken : set of str
        Ids used on the page so far; the new ones are added.

    Returns
    -------
    html : Markup
        Allowed HTML only.
    headings : list of (level, text, id)
        In their order.

    Raises
    ------
    ValueError
        If it holds an image or a link that leaves the site.
    """
    html, headings = _markdown(source, frozenset(taken))
    taken.update(name for _, _, name in headings)
    return html, list(headings)


@lru_cache(maxsize=SEEN)
def _markdown(source: str, taken: frozenset[str]) -> tuple[Markup, tuple[tuple[int, Markup, str], ...]]:
    renderer = Headings(set(taken))
    html = mistune.create_markdown(renderer=renderer)(source)
    return clean(html, tags=TEXT), tuple(renderer.found)


@lru_cache(maxsize=SEEN)
def code(source: str) -> Markup:
    r"""Mark comments, keywords and texts in Python source; everything is escaped.

    Parameters
    ----------
    source : str
        Python source.

    Returns
    -------
    Markup
        For use within ``<pre><code>``.

    Examples
    --------
    >>> code("# one\nx = 1 < 2")
    Markup('<span class="c"># one</span>\nx = 1 &lt; 2')
    """
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(source)
    parts = []
    for name, run in groupby(tokens, key=lambda token: _coloured(token[0])):
        written = escape("".join(text for _, text in run))
        parts.append(f'<span class="{name}">{written}</span>' if name else written)
    return Markup("".join(parts))  # noqa: S704 - every part was escaped


def _coloured(kind: object) -> str:
    return next((name for group, name in COLOURED.items() if kind in group), "")
