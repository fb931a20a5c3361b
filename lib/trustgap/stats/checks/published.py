"""Published examples worked through again with the functions that make the pages."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from trustgap.stats.change.slopes import trend
from trustgap.stats.families import adjusted
from trustgap.stats.orders.ordinal import theta
from trustgap.stats.orders.paired import mcnemar_mid_p
from trustgap.stats.shares.intervals import newcombe, score_p, wilson


def recomputed(published: pd.DataFrame) -> pd.DataFrame:
    """Work out every published value anew from its printed input.

    Parameters
    ----------
    published : DataFrame, one row per value
        ``method`` (a key of `METHODS`), ``input`` (text: shares as hits/base, counts by category joined by
        commas, p-values; two sides are parted by " v "), ``quantity``, ``published`` and ``digits``, the
        decimals printed.

    Returns
    -------
    DataFrame
        `published` with ``ours``, ``difference`` (ours minus published) and ``agrees``: the difference is
        at most half a unit of the last decimal printed.

    Raises
    ------
    KeyError
        If a method is not known, or does not give a quantity.

    Examples
    --------
    >>> table = pd.DataFrame({"method": ["wilson"], "input": "81/263", "quantity": "lower limit",
    ...                       "published": 0.2553, "digits": 4})
    >>> recomputed(table)[["difference", "agrees"]].round(5)
       difference  agrees
    0    -0.00001    True
    """
    ours = []
    for row in published.itertuples(index=False):
        if row.method not in METHODS:
            raise KeyError(f"method must be one of {sorted(METHODS)}, got {row.method!r}")
        values = METHODS[row.method](row.input)
        if row.quantity not in values:
            raise KeyError(f"{row.method} gives {sorted(values)}, not {row.quantity!r}")
        ours.append(float(values[row.quantity]))
    difference = np.array(ours) - published["published"].to_numpy(float)
    half = 0.5 * 10.0 ** -published["digits"].to_numpy(float)
    # A value that lies half way, but for the rounding of the computer, was printed either way.
    agrees = np.abs(difference) <= half * (1 + 1e-9)
    return published.assign(ours=ours, difference=difference, agrees=agrees)


def _shares(text: str) -> np.ndarray:
    """Read hits and bases: "56/70 v 48/80" or "1/2 3/4"."""
    return np.array([part.split("/") for part in text.replace(" v ", " ").split()], float)


def _sides(text: str) -> list[np.ndarray]:
    return [np.array(side.split(","), float) for side in text.split(" v ")]


def _limits(low: np.ndarray, high: np.ndarray) -> dict[str, float]:
    return {"lower limit": float(low), "upper limit": float(high)}


def _wilson(text: str) -> dict[str, float]:
    return _limits(*wilson(*_shares(text)[0]))


def _newcombe(text: str) -> dict[str, float]:
    return _limits(*newcombe(*_shares(text).ravel()))


def _score_test(text: str) -> dict[str, float]:
    return {"p-value": float(score_p(*_shares(text).ravel()))}


def _theta(text: str) -> dict[str, float]:
    row = theta(*_sides(text)).iloc[0]
    named = {"estimate": "θ", "statistic": "t", "df": "degrees of freedom", "p_value": "p-value"}
    return {words: float(row[column]) for column, words in named.items()}


def _mcnemar(text: str) -> dict[str, float]:
    return {"mid-p-value": float(mcnemar_mid_p(*(side[0] for side in _sides(text))))}


def _armitage(text: str) -> dict[str, float]:
    hits, base = _shares(text).T
    waves = [str(place) for place in range(len(hits))]
    named = {"area": "", "wave": waves, "group": "", "item": ""}
    cells = pd.DataFrame(named | {1: base - hits, 2: hits})
    item = pd.DataFrame({"top_from": [2], "team": "", "block": ""}, index=[""])
    rows = trend(cells, item, {wave: float(wave) for wave in waves})
    return {"p-value": float(rows["p_value"].iloc[0])}


def _many(method: str) -> Callable[[str], dict[str, float]]:
    def worked(text: str) -> dict[str, float]:
        p = pd.Series([float(part) if part != "NA" else np.nan for part in text.split()])
        found = adjusted(p, pd.Series("", index=p.index), method=method)
        named = zip(text.split(), found, strict=True)
        values = {f"adjusted p-value of {part}": value for part, value in named}
        return values | {"findings at 5%": float((found <= 0.05).sum())}

    return worked


METHODS: dict[str, Callable[[str], dict[str, float]]] = {
    "wilson": _wilson,
    "newcombe": _newcombe,
    "score_test": _score_test,
    "brunner_munzel": _theta,
    "mcnemar_mid_p": _mcnemar,
    "armitage": _armitage,
    "benjamini_hochberg": _many("fdr_bh"),
    "holm": _many("holm"),
}
"""What a published example can be worked through with: from its input to the quantities it gives."""
