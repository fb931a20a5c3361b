"""How the pages of a survey hang together: links, index, tables of all areas."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from trustgap.batch import lacking, plan
from trustgap.batch.index import index_page, no_local_result_page
from trustgap.record import ledger
from trustgap.report.release import Release
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.spreadsheets import marked

FIRST = "00_summary"
STATUS = "Research draft"
FILES = [("All results (Parquet)", "results.parquet"), ("Questions asked (CSV)", "items.csv")]
"""What lies beside the index for all areas together."""


def _survey(release: Release) -> dict:
    asked = release.questionnaire
    return {
        "title": asked.title,
        "survey": asked.survey,
        "synthetic": asked.synthetic,
        "status": STATUS,
        "wave_label": release.words.wave(release.latest),
        "whole": release.words.whole,
        "rest": asked.names["rest"],
    }


def around(release: Release, area: str, book: plan.Notebook, books: list[plan.Notebook]) -> dict:
    """Give what a page shows around its notebook.

    Parameters
    ----------
    release : Release
        What was measured.
    area : str
        Code, or `counts.NATIONAL`.
    book : Notebook
        The notebook of this page.
    books : list of Notebook
        All notebooks rendered for this area.

    Returns
    -------
    dict
        For `page.export`.
    """
    ordered = sorted(books, key=lambda other: other.name)
    name = release.words.whole if area == cells.NATIONAL else release.words.areas[area]
    at = ordered.index(book)
    links = [(other.title, f"{other.name}.html") for other in ordered]
    return _survey(release) | {
        "area_name": name,
        "home": "../index.html",
        "table": f"tables/{book.name}.csv",
        "nav": [
            (title, "" if other == book else href)
            for (title, href), other in zip(links, ordered, strict=True)
        ],
        "previous": links[at - 1] if at else None,
        "next": links[at + 1] if at + 1 < len(links) else None,
    }


def no_local_result(release: Release, area: str, books: list[plan.Notebook]) -> str:
    """Write the one page of an area too small for a local result.

    Parameters
    ----------
    release : Release
        What was measured.
    area : str
        Code.
    books : list of Notebook
        What the area has pages of all the same.

    Returns
    -------
    str
        HTML.
    """
    links = [(book.title, f"{book.name}.html") for book in sorted(books, key=lambda one: one.name)]
    site = _survey(release) | {"area_name": release.words.areas[area], "home": "../index.html", "nav": links}
    return no_local_result_page(site)


def write_index(
    release: Release, home: Path, *, books: list[plan.Notebook], failures: list, done: set[str]
) -> None:
    """Write the page from which every other page is found.

    Parameters
    ----------
    release : Release
        What was measured.
    home : Path
        The survey's folder.
    books : list of Notebook
        Notebooks wanted.
    failures : list of tuple
        Area, notebook and reason of every page that could not be made.
    done : set of str
        Areas that this run has been through; pages of others are of a run before.
    """
    asked, words = release.questionnaire, release.words
    fed = [book for book in books if not book.national and not plan.why_not(book, release)]
    rows = _rows(release, home, fed, done)
    unrun = [("", book.title, plan.why_not(book, release)) for book in books]
    missing = [row for row in unrun if row[2]]
    table = pd.DataFrame([*failures, *missing], columns=["area", "notebook", "reason"], dtype=object)
    pages = [
        (book.title, f"{cells.NATIONAL}/{book.name}.html")
        for book in sorted(books, key=lambda one: one.name)
        if (home / cells.NATIONAL / f"{book.name}.html").is_file()
    ]
    label, phrase = _headline(asked)
    caption = f"{label} by {asked.names['area']}: % of those who answered who {phrase}"
    site = _survey(release) | {
        "area": asked.names["area"],
        "areas": asked.names["areas"],
        "region": asked.names["region"],
        "headline": caption if label else f"Pages by {asked.names['area']}",
        "headline_short": label,
        "built": sum(bool(href) for href in rows["href"]),
        "total": len(rows),
        "citation": asked.citation,
    }
    national = {
        "name": words.whole,
        "sentence": _sentence(release, label, phrase),
        "pages": pages,
        "files": [(label, name) for label, name in FILES if (home / name).is_file()],
    }
    html = index_page(
        rows, site=site, national=national, failures=table, gaps=lacking.by_notebook(fed, release)
    )
    ledger.replace(home / "index.html", html)


def _headline(asked: Questionnaire) -> tuple[str, str]:
    """Label of the item that the index shows, and what a positive answer says; "" without a survey."""
    if not asked.headline:
        return "", ""
    item = asked.items.loc[asked.headline]
    return item["label"], asked.scales[item["scale"]].positive_phrase


def _sentence(release: Release, label: str, phrase: str) -> str:
    shown = release.mask.protect(release.headline, release.words).where(area=cells.NATIONAL)
    if not len(shown) or shown.hidden:
        return ""
    row = shown.frame.iloc[0]
    return f"{label}: {row.estimate_text} of those who answered {phrase} ({row.interval_text})."


def _rows(release: Release, home: Path, books: list[plan.Notebook], done: set[str]) -> pd.DataFrame:
    """Set out one line per area, of texts that passed the mask."""
    words, mask = release.words, release.mask
    headline = mask.protect(release.headline, words).frame.set_index("area")
    compared = release.compared
    chosen = compared["item"].eq(release.questionnaire.headline) & compared["group_a"].eq(cells.ALL)
    against = mask.protect(compared[chosen], words).frame.set_index("area")
    said = {"higher": "above", "lower": "below", "equivalent": "similar", "inconclusive": "cannot say"}
    rows = release.areas[["name", "region"]].reset_index(names="code").assign(href="")
    rows["compared"] = [said.get(against["verdict"].get(code, ""), "cannot say") for code in rows["code"]]
    for column in ("n_text", "estimate_text", "interval_text"):
        rows[column] = [headline[column].get(code, "[c]") for code in rows["code"]]
    rows["href"] = [f"{code}/{first}.html" if (first := _first(home / code)) else "" for code in rows["code"]]
    silent = rows["code"].isin(mask.silent)
    rows.loc[silent, "compared"] = "cannot say"
    made = set(rows.loc[rows["href"].ne(""), "code"])
    rows["flags"] = lacking.by_area(books, release, made=made, before=made - done)
    return rows


def _first(folder: Path) -> str:
    """Name the page of an area that the index leads to: the summary, or the first there is."""
    pages = sorted(path.stem for path in folder.glob("*.html"))
    return pages[0] if pages else ""


def write_tables(release: Release, home: Path) -> None:
    """Write the results of all areas together, and what was asked.

    Parameters
    ----------
    release : Release
        What was measured.
    home : Path
        The survey's folder, with the tables of the areas in it.
    """
    kinds = {column: str for column in results.TEXT} | {column: bool for column in results.FLAGS}
    numbers = [column for column in results.COLUMNS if column not in kinds]
    parts = [
        pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values={name: [""] for name in numbers})
        .astype(dict.fromkeys(numbers, float))
        .assign(notebook=path.stem)
        for path in sorted(home.glob("*/tables/*.csv"))
    ]
    if parts:
        together = pd.concat(parts, ignore_index=True)
        with ledger.in_place(home / "results.parquet") as part:
            # Not as pandas keeps it, which differs from process to process.
            plain = together.astype(dict.fromkeys([*results.TEXT, "notebook"], object))
            table = pa.Table.from_pandas(plain, preserve_index=False).replace_schema_metadata()
            parquet.write_table(table, part, compression="zstd")
    else:
        (home / "results.parquet").unlink(missing_ok=True)
    items = release.questionnaire.items[
        ["block", "decision", "factor_class", "team", "label", "text", "source"]
    ]
    asked = marked(items.assign(survey=release.words.survey))
    ledger.replace(home / "items.csv", asked.to_csv(lineterminator="\n"))
