"""The index of a survey's pages, and the page of an area that has no local result."""

import base64
import hashlib
import re

import pandas as pd
from markupsafe import Markup

from trustgap.report.finished import checked
from trustgap.report.markup import ATTRIBUTES
from trustgap.report.page import TEMPLATES, PageRefused, check_links, environment
from trustgap.report.tables import legend_html

COLUMNS = ("code", "name", "region", "n_text", "estimate_text", "interval_text", "compared", "flags", "href")
FAILURES = ("area", "notebook", "reason")
GAPS = ("notebook", "reason")
SYMBOLS = {"above": ("▲", "Above"), "below": ("▼", "Below"), "similar": ("●", "Similar to")}
UNKNOWN = "cannot say"
NUMBERS = re.compile(r"(\d+)")
NOTE = (
    "Above and below mean further from {rest}, weighted to the area's mix of groups, than the number of "
    "answers can explain once all areas and questions are allowed for: the largest share need not be above. "
    "A difference is a prompt for a question, not a judgement."
)


def index_page(
    rows: pd.DataFrame,
    *,
    site: dict,
    national: dict,
    failures: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
) -> str:
    """Write the page from which every other page is found.

    Parameters
    ----------
    rows : DataFrame, one row per area
        Texts only, protected already: ``code name region n_text estimate_text interval_text compared flags
        href``. ``compared`` is above, below, similar or cannot say; ``href`` is the area's first page,
        "" if it has none; blank ``flags`` are fine.
    site : dict
        Needs ``title``, ``status``, ``synthetic``, ``wave_label``, ``whole`` (such as England), ``rest``
        (all other areas), ``area`` and ``areas`` (one and many, such as local area), ``headline`` (the
        table's caption),
        ``headline_short`` (its column's heading; "" without a survey: then the table has no share and no
        comparison), ``built`` and ``total`` (areas). May have ``note`` (how
        to read the comparison) and ``citation``.
    national : dict
        Needs ``name``; may have ``sentence``, ``pages`` and ``files`` (lists of (label, address)).
    failures : DataFrame, optional
        ``area notebook reason``; ``area`` is "" for a notebook that was not run at all.
    gaps : DataFrame, optional
        ``notebook reason``: pages that some areas do not have, and why.

    Returns
    -------
    str
        One self-contained page. Its script only sorts and filters, and is allowed by its hash; without it
        the whole table is there and the controls are not.

    Raises
    ------
    KeyError
        If a column or a value is absent.
    ValueError
        If ``compared`` holds another word.
    PageRefused
        If an address leaves the site.
    """
    rows, failures, gaps = _checked(rows, COLUMNS), _checked(failures, FAILURES), _checked(gaps, GAPS)
    words = {key: (mark, f"{said} {site['rest']}") for key, (mark, said) in SYMBOLS.items()}
    words[UNKNOWN] = ("–", "Cannot say")
    strange = sorted(set(rows["compared"]) - set(words))
    if strange:
        raise ValueError(f"compared holds {strange}; accepted are {list(words)}")
    national = {"sentence": "", "pages": [], "files": [], **national}
    check_links({"nav": [*national["pages"], *national["files"]]})
    outside = [href for href in rows["href"] if href and not ATTRIBUTES["href"].fullmatch(href)]
    if outside:
        raise PageRefused(f"addresses {outside[:3]} leave the site; links are relative paths")
    names = list(zip(rows["name"], rows["code"], strict=True))
    ordered = rows.iloc[sorted(range(len(rows)), key=lambda at: [_natural(text) for text in names[at]])]
    script = (TEMPLATES / "index.js").read_text(encoding="utf-8").strip()
    return checked(
        environment()
        .get_template("index.html.j2")
        .render(
            site={"home": "", "note": NOTE.format(rest=site["rest"]), "citation": "", **site},
            national=national,
            rows=ordered.to_dict("records"),
            regions=sorted(set(rows["region"]) - {""}),
            comparisons=words,
            unrun=failures[failures["area"].eq("")].to_dict("records"),
            failed=failures[failures["area"].ne("")].to_dict("records"),
            gaps=gaps.to_dict("records"),
            legend=Markup(legend_html(rows if site["headline_short"] else rows[["flags"]])),  # noqa: S704 - escaped there
            index_css=Markup((TEMPLATES / "index.css").read_text(encoding="utf-8")),  # noqa: S704
            script=Markup(script),  # noqa: S704 - ours, and named by its hash
            digest=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
        )
    )


def no_local_result_page(site: dict) -> str:
    """Write the page of an area whose answers cannot be shown; it holds no number at all.

    Parameters
    ----------
    site : dict
        Needs ``title``, ``survey``, ``area_name``, ``wave_label``, ``whole``, ``status``, ``synthetic``; may
        have ``home``.

    Returns
    -------
    str
        One self-contained page, the same for every such area but for its name.
    """
    check_links(site)
    return checked(
        environment().get_template("no_local_result.html.j2").render(site={"home": "", "nav": [], **site})
    )


def _natural(name: str) -> list[tuple[bool, object]]:
    """Sort "Class 2" before "Class 10"."""
    parts = NUMBERS.split(name)
    return [(part.isdigit(), int(part) if part.isdigit() else part.casefold()) for part in parts]


def _checked(frame: pd.DataFrame | None, columns: tuple[str, ...]) -> pd.DataFrame:
    """Take the columns needed, as text."""
    if frame is None:
        return pd.DataFrame(columns=list(columns), dtype=object)
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise KeyError(f"the index needs columns {list(columns)}; {absent} are absent")
    gaps = [column for column in columns if frame[column].isna().any()]
    if gaps:
        raise ValueError(f"columns {gaps} of the index have missing cells: write [c], [x] or [z]")
    return frame[list(columns)].astype(str).astype(object)
