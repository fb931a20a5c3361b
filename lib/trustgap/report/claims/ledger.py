"""The ledger: what was published beside what is found here."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences import claims as say
from trustgap.report.sentences.reasons import why
from trustgap.report.tables import Table, of_texts, require
from trustgap.survey import catalogue


def tables(shown: Shown, *, place: str) -> list[Table]:
    """Lay out every statement that can be tested here, and how each is decided.

    Parameters
    ----------
    shown : Shown
        As `trustgap.report.claims.shown` gives them.
    place : str
        Name of the area, or of the whole.

    Returns
    -------
    list of Table
        The ledger: published, found, verdict and why; statements that pull against each other stand next
        to each other and name one another. Then the same statements in full, each with its source, its
        rule and what is beyond it. Statements that the survey did not ask about, or for which no file was
        handed in, are left out; no table where none is left.

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`.
    """
    require(shown)
    claims = catalogue.claims()
    tested = shown.without(reason=list(say.UNTESTED)).frame
    if tested.empty:
        return []
    lines = pd.DataFrame([_line(row, claims.loc[row.item]) for row in tested.itertuples()], dtype=object)
    beyond = shown.frame["item"][shown.frame["reason"].eq("out_of_scope")]
    named = claims[claims.index.isin([*tested["item"], *beyond])]
    return [
        of_texts(lines, caption=f"Published statements and what is found of them, {place}"),
        of_texts(_decided(named), caption="What was published, where, and how each statement is decided"),
    ]


def _line(row: object, claim: pd.Series) -> dict[str, str]:
    kind = claim["test"]["kind"]
    return {
        "Statement": f"{row.item}: {row.item_label}",
        "Published": claim["published"],
        "Here (95% interval)": say.here(row, kind),
        "Verdict": row.verdict_text,
        "Why": why(row, kind),
        "Pulls against": ", ".join(claim["contradicts"]) or "none",
    }


def _decided(claims: pd.DataFrame) -> pd.DataFrame:
    beyond = claims["out_of_scope"]
    return pd.DataFrame(
        {
            "Statement": claims.index + ": " + claims["statement"],
            "Source": claims["source"] + " (" + claims["year"] + ")",
            "Decided by": claims["rule"].where(beyond.eq(""), claims["rule"] + " Beyond it: " + beyond),
        },
        dtype=object,
    )
