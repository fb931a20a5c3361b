"""What a page says that its tables do not."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

import pandas as pd

from trustgap.audit import figures, others
from trustgap.audit.breaches import NONE
from trustgap.audit.numerals import CONSTANT, Explained, counted, explained, numerals
from trustgap.audit.published import INDEX, Published
from trustgap.report.wording import HIDDEN, LEGEND
from trustgap.stats.counts import NATIONAL
from trustgap.survey import catalogue

UNREAD = re.compile(
    "<style.*?</style>|<script.*?</script>|<pre.*?</pre>|<code.*?</code>"
    r'|<section class="produced".*?</section>|src="[^"]*"',
    re.DOTALL,
)
FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
PIECE = re.compile(r"<(\w+)[^>]*>([^<]*)|</\w+>([^<]*)")
SAID = re.compile(r'(?:alt|title|aria-label)="([^"]*)"')
HIDING = re.compile(r"<t[dh]([^>]*)>([^<]*)</t[dh]>")
YEAR = re.compile(r"(?:19|20)\d\d")
NOTHING = Explained()
LONGEST = 70
"""Signs of a text by which a finding is named."""

RULES = frozenset(one for text in LEGEND.values() for one in numerals(text)) | {"11"}
"""Numbers of people that explain marks."""


def check_all(published: Published) -> pd.DataFrame:
    """Check every page of a release against its tables.

    Parameters
    ----------
    published : Published
        As `published.read` returns it.

    Returns
    -------
    DataFrame
        ``rule file what``.
    """
    rows = published.rows
    shared = rows[rows["area"].isin([NATIONAL, ""]) | rows["file"].eq(INDEX)]
    questions = published.items[["label", "text"]].to_numpy().ravel()
    known = explained(shared, texts=[*questions, *_stored(), *published.names])
    own = {area: explained(part) for area, part in rows.groupby("area")}
    lines, names = others.lines(published), published.areas["name"]
    found = []
    for page in published.pages:
        name, area = page.relative_to(published.home).as_posix(), page.parent.name
        html = page.read_text(encoding="utf-8")
        table = published.tables.get(f"{area}/tables/{page.stem}.csv", rows[rows["file"].eq(name)])
        beside = others.told(html, lines.keys() - {names[area]}) if area in names.index else []
        numbers = Explained(frozenset().union(*(told for _, told in beside)))
        here = check_page(html, table, known=known | own.get(area, NOTHING) | numbers)
        found += [here.assign(file=name), _lines(others.wrong(beside, lines)).assign(file=name)]
    return pd.concat(found, ignore_index=True)[["rule", "file", "what"]] if found else NONE


def _stored() -> list[str]:
    """Read what the project itself says: published statements, and what could be done."""
    return [
        catalogue.stored(name).read_text(encoding="utf-8") for name in ("claims.yaml", "interventions.yaml")
    ]


def check_page(html: str, rows: pd.DataFrame, *, known: Explained = NOTHING) -> pd.DataFrame:
    """Find numbers of a page that nothing published explains, and what its figures tell beside their tables.

    Parameters
    ----------
    html : str
        The page.
    rows : DataFrame
        Results vocabulary: the page's own table.
    known : Explained
        What else explains a number, as `numerals.explained` gives it: the area's other tables, rows of the
        whole, questions, names.

    Returns
    -------
    DataFrame
        ``rule what``; the latter is a text of the page without its digits. A page whose rows name no area
        tells of nobody, and passes.
    """
    if len(rows) and rows["area"].eq("").all():
        return _lines([])
    told = explained(rows) | known
    plain = UNREAD.sub("", html)
    texts = list(_texts(plain))
    counts = {str(count) for count in range(len(rows) + 1)}
    heads = {one for tag, text in texts if tag == "th" for one in numerals(text) if not _speaks(one, tag)}
    every, people = told.numbers | CONSTANT | RULES | counts | heads, told.people | RULES
    found = [finding for figure in FIGURE.findall(html) for finding in figures.check(figure, known=every)]
    for tag, text in texts:
        wrong = [one for one in numerals(text) if one not in every and _speaks(one, tag)]
        if wrong:
            found.append(("a number that nothing explains", text))
        elif tag != "th" and counted(text) - people:
            found.append(("a number of people that no table gives", text))
    found += [("a hidden mark unlike the others", text) for _, text in HIDING.findall(plain) if _uneven(text)]
    return _lines((rule, re.sub(r"\d", "#", text)[:LONGEST]) for rule, text in found)


def _lines(found: Iterable[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(list(found), columns=["rule", "what"], dtype=object).drop_duplicates(
        ignore_index=True
    )


def _texts(plain: str) -> Iterator[tuple[str, str]]:
    """Give every text with the element that it begins in, and what is said of pictures."""
    for said in SAID.findall(plain):
        yield "alt", unescape(said)
    for tag, text, after in PIECE.findall(plain):
        words = unescape(text or after).strip()
        if words:
            yield tag, words


def _speaks(numeral: str, tag: str) -> bool:
    """Say whether a numeral could tell of anybody: a whole number in a heading of a table is a name's."""
    if "%" in numeral or "." in numeral:
        return True
    return tag != "th" and not YEAR.fullmatch(numeral)


def _uneven(text: str) -> bool:
    return HIDDEN in text and text != HIDDEN
