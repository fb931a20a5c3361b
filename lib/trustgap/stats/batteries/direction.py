"""Questions that run against those beside them: a sign that a scale was read the wrong way round."""

import numpy as np
import pandas as pd
from scipy import stats

COLUMNS = ["item", "beside", "n", "estimate", "conf_high"]

MIN_N, MIN_ITEMS, CHOICES = 30, 3, 3
"""Respondents, questions of a set, and categories of a scale, below which nothing is looked at."""

CLEARLY = -0.1
"""A correlation nearer to zero is no sign of a reversed scale, however many people answered."""


def against(answers: pd.DataFrame, items: pd.DataFrame, *, level: float = 0.99) -> pd.DataFrame:
    """Find questions whose answers fall where those to the questions beside them rise.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``group`` and one integer column per item; what is not above 0 is missing.
    items : DataFrame, indexed by item
        Needs ``block``, ``decision``, ``scale``, ``team`` and ``k``. Scales with fewer than `CHOICES`
        categories are passed over: a list of things that people do or do not do has no direction.
    level : float
        Confidence, strictly between 0 and 1, that the correlation is below 0.

    Returns
    -------
    DataFrame
        One row per finding, perhaps none: ``item``; ``beside``, the item of the other block about the same
        team, or "" where the others of its own set (same block, decision and scale) are meant; ``n``
        respondents; ``estimate``, the correlation within groups in [-1, 1], at or below `CLEARLY`;
        ``conf_high``, its upper limit (Fisher's transformation), below 0.

    Notes
    -----
    A question is set against the mean of the others of its set that a respondent answered, in a set of at
    least `MIN_ITEMS`, and trust in a team against the relationship with it. Correlations are within groups,
    so that groups that differ about two teams do not look like a reversed scale. A finding is a reason to
    look at the questionnaire, not a proof: two questions can ask about opposites.

    References
    ----------
    .. [1] Weijters, B. and Baumgartner, H. (2012). Misresponse to reversed and negated items in surveys: a
       review. Journal of Marketing Research, 49, 737-747.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> q = np.clip(rng.normal(3, 1, (90, 1)) + rng.normal(0, 0.7, (90, 4)), 1, 5).round().astype(int)
    >>> answers = pd.DataFrame(q, columns=list("wxyz")).assign(group="g", z=6 - q[:, 3])
    >>> items = pd.DataFrame({"block": "trust", "decision": "", "scale": "s", "team": "", "k": 5},
    ...                      index=list("wxyz"))
    >>> against(answers, items)[["item", "n"]]
      item   n
    0    z  90
    """
    looked = items[items["k"].ge(CHOICES)]
    scores = answers[list(looked.index)].to_numpy(float)
    scores = pd.DataFrame(np.where(scores > 0, scores, np.nan), columns=looked.index)
    group = answers["group"].astype(str).to_numpy()
    found = []
    for _, part in looked.groupby(["block", "decision", "scale"], sort=False):
        if len(part) >= MIN_ITEMS:
            for item in part.index:
                rest = scores[part.index.drop(item)].mean(axis=1)
                found.append((item, "", *_within(scores[item], rest, group, level)))
    rated = looked[looked["block"].isin(["trust", "relationship"]) & looked["team"].ne("")]
    for _, part in rated.groupby("team", sort=False):
        first = part[~part["block"].duplicated()]
        if len(first) == 2:
            one, other = first.index
            found.append((one, other, *_within(scores[one], scores[other], group, level)))
    rows = pd.DataFrame(found, columns=COLUMNS)
    clear = rows["estimate"].le(CLEARLY) & rows["conf_high"].lt(0)
    return rows[clear].reset_index(drop=True)


def _within(x: pd.Series, y: pd.Series, group: np.ndarray, level: float) -> tuple[int, float, float]:
    """Correlate two scores within groups; nothing where too few answered both or nobody differs."""
    both = (x.notna() & y.notna()).to_numpy()
    pair = pd.DataFrame({"x": x[both], "y": y[both]})
    n, groups = len(pair), len(set(group[both]))
    if n < MIN_N + groups:
        return n, np.nan, np.nan
    moves = (pair - pair.groupby(group[both]).transform("mean")).to_numpy()
    size = np.sqrt((moves**2).sum(axis=0))
    if size.min() < 1e-9:
        return n, np.nan, np.nan
    estimate = float(np.clip(moves[:, 0] @ moves[:, 1] / size.prod(), -1 + 1e-12, 1 - 1e-12))
    high = np.tanh(np.arctanh(estimate) + stats.norm.ppf(level) / np.sqrt(n - groups - 2))
    return n, estimate, float(high)
