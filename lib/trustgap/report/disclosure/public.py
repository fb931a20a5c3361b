"""Rows in which no respondent has a part: arithmetic, published values, simulations."""

import pandas as pd

from trustgap.report.disclosure.labels import label, rounded
from trustgap.report.disclosure.shown import KEY, Shown
from trustgap.report.wording import Words
from trustgap.stats import results


def public(rows: pd.DataFrame, words: Words) -> Shown:
    """Let rows through that rest on nobody's answers, such as how many answers a precision needs.

    Parameters
    ----------
    rows : DataFrame
        Results rows without area, without wave and without ``rests_on``; further columns must hold text,
        and are carried along for tables.
    words : Words
        Labels.

    Returns
    -------
    Shown
        One row per row given; shares carry one decimal, as those of the whole do.

    Raises
    ------
    ValueError
        If a row names an area or a wave or rests on cells: answers pass the mask of the release only.
    TypeError
        If a further column holds anything but text.

    Examples
    --------
    >>> rows = pd.DataFrame({"analysis": ["planning"], "estimand": "top2_share", "estimate": 0.0689})
    >>> public(rows, Words.plain()).frame["estimate_text"].tolist()
    ['6.9%']
    """
    named = [column for column in ("area", "wave") if column in rows and rows[column].ne("").any()]
    if named or "rests_on" in rows:
        raise ValueError(
            f"rows that name {named or 'the cells they rest on'} are of respondents: "
            "pass them through study.protect"
        )
    texts = rows[[column for column in rows if column not in results.COLUMNS]]
    other = [column for column in texts if not texts[column].map(lambda value: isinstance(value, str)).all()]
    if other:
        raise TypeError(f"the columns {other} are not in the results vocabulary and hold more than text")
    full = results.complete(rows.drop(columns=list(texts)))
    return Shown(label(rounded(full), words).assign(**{name: texts[name].to_numpy() for name in texts}), KEY)
