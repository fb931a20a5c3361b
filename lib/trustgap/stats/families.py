"""Many tests at once: families that repeat over areas and waves, adjusted in one step."""

import numpy as np
import pandas as pd

from trustgap.stats import results

CONFIRM = 0.05
"""Error rate of a family of questions asked beforehand (Holm)."""

EXPLORE = 0.10
"""Share of false findings accepted among the findings of an exploratory family (Benjamini-Hochberg)."""


def adjusted(p: pd.Series, family: pd.Series, *, method: str) -> pd.Series:
    """Adjust p-values within each of many families.

    Parameters
    ----------
    p : Series of float
        A missing p-value is a test that was planned and could not be made.
    family : Series, index as `p`
        Name of the family of each test.
    method : {"holm", "fdr_bh"}
        Holm, or Benjamini-Hochberg.

    Returns
    -------
    Series of float, index as `p`
        A planned test counts as p = 1 in the size of its family and stays missing.

    Raises
    ------
    ValueError
        If `method` is another.

    Notes
    -----
    The same as ``statsmodels.stats.multitest.multipletests`` family by family, which takes too long over
    many families. statsmodels and pingouin disagree about missing p-values: one counts them, the other
    drops them.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
       Journal of Statistics, 6, 65-70.
    .. [2] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
       Royal Statistical Society B, 57, 289-300.

    Examples
    --------
    >>> p, family = pd.Series([0.01, None, 0.04, 0.04]), pd.Series(["f", "f", "f", "g"])
    >>> adjusted(p, family, method="holm").tolist()
    [0.03, nan, 0.08, 0.04]
    """
    if method not in ("holm", "fdr_bh"):
        raise ValueError(f"method must be 'holm' or 'fdr_bh', got {method!r}")
    values, names = p.to_numpy(float), family.astype(str)
    filled = np.where(np.isnan(values), 1.0, values)
    codes = pd.factorize(names)[0]
    order = np.lexsort((filled if method == "holm" else -filled, codes))
    result = np.full(len(filled), np.nan)
    for members in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        left = len(members) - np.arange(len(members))
        if method == "holm":
            result[members] = np.maximum.accumulate(filled[members] * left)
        else:
            result[members] = np.minimum.accumulate(filled[members] * len(members) / left)
    return pd.Series(np.where(np.isnan(values), np.nan, np.minimum(result, 1.0)), index=p.index)


def decide(
    rows: pd.DataFrame, *, by: list[str], name: str, method: str, null: float, margin: float
) -> pd.DataFrame:
    """Adjust the tests of each family, and judge every row at the level of its family.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Needs ``p_value``, the limits at 95% and 90%, and the columns `by`.
    by : list of str
        Columns that tell the families apart.
    name : str
        First part of ``family_id``; the values of `by` follow.
    method : {"holm", "fdr_bh"}
        Holm judges at `CONFIRM`, Benjamini-Hochberg at `EXPLORE`.
    null, margin : float
        As in `trustgap.stats.results.judge`.

    Returns
    -------
    DataFrame
        `rows` with ``p_adjusted``, ``family_id``, ``verdict``, ``material`` and ``reason``.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "p_value": [0.01, 0.04], "conf_low": [0.1, 0.01],
    ...                      "conf_high": 0.4, "conf_low_90": [0.12, 0.02], "conf_high_90": 0.3})
    >>> options = {"by": ["area"], "name": "f", "null": 0, "margin": 0.05}
    >>> decide(rows, method="holm", **options)["verdict"].tolist()
    ['higher', 'higher']
    """
    family = pd.Series(name, index=rows.index, dtype=object)
    for column in by:
        family = family + "|" + rows[column].astype(str)
    p = adjusted(rows["p_value"], family, method=method)
    level = CONFIRM if method == "holm" else EXPLORE
    judged = results.judge(rows.assign(p_adjusted=p), null=null, margin=margin, level=level)
    return judged.assign(family_id=family)
