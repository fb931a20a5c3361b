"""What is found of published statements in an area, beside what is found of them over all areas."""

import pandas as pd

from trustgap.report import tables
from trustgap.report.disclosure import Shown
from trustgap.report.sentences import claims as say
from trustgap.report.sentences.reasons import why
from trustgap.report.tables import Table
from trustgap.report.wording import NOT_APPLICABLE
from trustgap.survey import catalogue

DECIDED = ("does_not_hold", "holds")


def beside(shown: Shown, whole: Shown, *, caption: str) -> list[Table]:
    """Lay out every statement that can be tested here: published, found over all areas, found here, and why.

    Parameters
    ----------
    shown : Shown
        As `trustgap.report.claims.shown` gives them, of an area.
    whole : Shown
        The same of all areas together.
    caption : str
        What the table shows.

    Returns
    -------
    list of Table
        One; statements that the survey did not ask about, or for which no file was handed in, are left out,
        and where none is left there is no table.

    Raises
    ------
    TypeError
        If `shown` or `whole` is anything but `Shown`.
    """
    return _table(_tested(shown), whole, caption)


def decided(shown: Shown, whole: Shown, *, most: int, caption: str) -> list[Table]:
    """Lay out the statements that hold or do not hold here, without the reasons.

    Parameters
    ----------
    shown, whole, caption
        As for `beside`.
    most : int
        How many statements.

    Returns
    -------
    list of Table
        One, or none where nothing can be decided; statements that do not hold come first.

    Raises
    ------
    TypeError
        As `beside`.
    """
    rows = [row for verdict in DECIDED for row in _tested(shown) if row.verdict == verdict]
    return _table(rows[:most], whole, caption, without=("Why",))


def _tested(shown: Shown) -> list[tuple]:
    """Give the statements that there is something to test with."""
    tables.require(shown)
    return list(shown.without(reason=list(say.UNTESTED)).frame.itertuples())


def _table(rows: list[tuple], whole: Shown, caption: str, *, without: tuple[str, ...] = ()) -> list[Table]:
    over_all = {row.item: row for row in _tested(whole)}
    name = next((row.area_label for row in over_all.values()), "All areas")
    claims = catalogue.claims()
    lines = [_line(row, over_all.get(row.item), claims.loc[row.item], name) for row in rows]
    if not lines:
        return []
    texts = pd.DataFrame(lines, dtype=object).drop(columns=list(without))
    return [tables.of_texts(texts, caption=caption)]


def _line(row: tuple, other: tuple | None, claim: pd.Series, whole: str) -> dict[str, str]:
    kind = claim["test"]["kind"]
    return {
        "Statement": f"{row.item}: {row.item_label}",
        "Published": claim["published"],
        whole: NOT_APPLICABLE if other is None else say.here(other, kind),
        "Here (95% interval)": say.here(row, kind),
        "Verdict": row.verdict_text,
        "Why": why(row, kind),
    }
