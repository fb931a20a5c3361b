"""Rows in which no respondent has a part: arithmetic, simulations, reviewed cases, figures of a service."""

import pandas as pd

from trustgap.report.disclosure.labels import columns, label, rounded
from trustgap.report.disclosure.mask import Mask, hidden
from trustgap.report.disclosure.people import rests_on
from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.disclosure.shown import KEY, Shown
from trustgap.report.wording import WITHHELD, Words
from trustgap.stats import results
from trustgap.stats.counts import NATIONAL

DESIGN = r", design effect .*"
"""What a method says of cases of the same reviewers: it can differ between no case and one."""


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
    full = columns(results.complete(rows.drop(columns=list(texts))))
    return Shown(label(rounded(full), words).assign(**{name: texts[name].to_numpy() for name in texts}), KEY)


def records(rows: pd.DataFrame, words: Words, *, mask: Mask) -> Shown:
    """Let rows through that rest on reviewed cases.

    Parameters
    ----------
    rows : DataFrame
        Results rows without ``rests_on``; ``n_a``, and for comparisons ``n_b``, count cases.
    words : Words
        Labels.
    mask : Mask
        Made of what `case_lines.decided` gives; what else is in it plays no part.

    Returns
    -------
    Shown
        One row per row given. The people whose cases were read are protected as those who answer are: bases
        below `THRESHOLD` are hidden, near-unanimous shares bounded, and so is what gives one of them away.

    Raises
    ------
    ValueError
        If rows rest on cells of the survey: those pass the mask of the release only.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "estimand": "improvable", "n_a": [10, 40], "estimate": 0.5})
    >>> records(rows, Words.plain(), mask=Mask()).frame["estimate_text"].tolist()
    ['[c]', '50%']
    """
    _of_nobody(rows)
    full = results.complete(rows)
    own = Mask(hidden=mask.hidden, bounded=mask.bounded, released=mask.released)
    frame = own.protect(full.assign(rests_on=rests_on(full)), words).frame
    # How alike the cases of a reviewer are is another equation in these few cases, and of an area never told.
    local, kept_back = frame["area"].ne(NATIONAL), frame["reason"].isin(list(WITHHELD))
    plain = frame["method"].str.replace(DESIGN, "", regex=True)
    changed = {
        "method": frame["method"].mask(kept_back | local, plain),
        "n_eff": frame["n_eff"].mask(local),
        "material": frame["material"] & ~kept_back,
    }
    return Shown(frame.assign(**changed), KEY)


def figures(rows: pd.DataFrame, words: Words) -> Shown:
    """Let figures of a service through, such as a metric, delayed days or a count of evidence.

    Parameters
    ----------
    rows : DataFrame
        Results rows without ``rests_on``; where ``n_a`` or ``n_b`` is known it counts people.
    words : Words
        Labels.

    Returns
    -------
    Shown
        One row per row given; those on a known base below `THRESHOLD` are hidden.

    Raises
    ------
    ValueError
        If rows rest on cells of the survey: those pass the mask of the release only.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "estimand": "top2_share", "n_a": [10, None], "estimate": 0.5})
    >>> figures(rows, Words.plain()).frame["estimate_text"].tolist()
    ['[c]', '50%']
    """
    _of_nobody(rows)
    full = columns(results.complete(rows))
    hide = (full["n_a"] < THRESHOLD) | (full["n_b"] < THRESHOLD)
    return Shown(label(rounded(hidden(full, hide)), words), KEY)


def _of_nobody(rows: pd.DataFrame) -> None:
    if "rests_on" in rows:
        raise ValueError("rows that rest on cells are of respondents: pass them through study.protect")
