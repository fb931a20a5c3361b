"""The ledger: what was published beside what is found here."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences import claims as say
from trustgap.report.tables import Table, legend_html, table_html
from trustgap.survey import catalogue


def ledger(shown: Shown, *, caption: str) -> Table:
    """Lay out every statement that can be tested here: published, found, verdict and why.

    Parameters
    ----------
    shown : Shown
        As `trustgap.report.claims.shown` gives them.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        Statements that pull against each other stand next to each other and name one another. Those that
        the survey did not ask about, or for which no file was handed in, are left out; without any left
        a paragraph says so.

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`.
    """
    if not isinstance(shown, Shown):
        raise TypeError(f"a table takes protected results (Shown), got {type(shown).__name__}")
    claims = catalogue.claims()
    rows = [
        _line(row, claims.loc[row.item])
        for row in shown.without(reason=list(say.UNTESTED)).frame.itertuples()
    ]
    texts = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["Statement"], dtype=object)
    html = table_html(texts, caption=caption) + legend_html(texts)
    return Table(html, f"Table: {caption} ({len(texts)} rows)")


def _line(row: object, claim: pd.Series) -> dict[str, str]:
    kind = claim["test"]["kind"]
    return {
        "Statement": f"{row.item}: {row.item_label}",
        "Published": claim["published"],
        "Here (95% interval)": say.here(row, kind),
        "Verdict": row.verdict_text,
        "Why": say.why(row, kind),
        "Pulls against": ", ".join(claim["contradicts"]) or "none",
    }


def catalogue_table(*, caption: str) -> Table:
    """Lay out what was published, by whom, how each statement is decided, and what is beyond it.

    Parameters
    ----------
    caption : str
        What the table shows.

    Returns
    -------
    Table
        One row per statement of ``data/claims.yaml``; the same for every survey.
    """
    claims = catalogue.claims()
    texts = pd.DataFrame(
        {
            "Statement": claims.index + ": " + claims["statement"],
            "Source": claims["source"] + " (" + claims["year"] + ")",
            "Decided by": claims["rule"],
            "Beyond it": claims["out_of_scope"].replace("", "nothing noted"),
        },
        dtype=object,
    )
    return Table(table_html(texts, caption=caption), f"Table: {caption} ({len(texts)} rows)")
