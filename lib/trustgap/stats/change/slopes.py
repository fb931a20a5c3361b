"""Linear trend over the waves, of all areas at once."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trustgap.stats import results
from trustgap.stats.change.linked import CLUSTERS
from trustgap.stats.change.logit_lines import binomial
from trustgap.stats.change.wave_lines import least_squares
from trustgap.stats.change.wave_series import decided, fitted, series

BINOMIAL = "binomial model with fixed mix of groups, delta method; sampling error only"
WAVES = (
    "weighted least squares on empirical logits of the waves; the wider of t (waves - 2) with the scatter "
    "seen and normal with sampling scatter"
)

HEADINGS = {
    method + people: heading
    for method, heading in ((BINOMIAL, "Sampling error only"), (WAVES, "Also ups and downs"))
    for people in ("", CLUSTERS)
}
"""What each method of a trend allows for, in the head of a table."""


def trend(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    times: Mapping[str, float],
    *,
    comparable: Mapping[str, Sequence[str]] | None = None,
    mix: Mapping[str, float] | None = None,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Estimate the change over the whole period from a straight line on the logit scale.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it, for one area or many.
    items : DataFrame, indexed by item
        Needs ``top_from``, ``team`` and ``block``.
    times : mapping of str to float
        When each wave was, such as the year; true spacing counts.
    comparable, mix, links
        As for `changes.change`.

    Returns
    -------
    DataFrame
        Analysis ``trend``, estimand ``change_over_period``: the fitted share at the last wave minus that
        at the first, in [-1, 1], by group and for `counts.ALL` at a fixed mix of groups. Two rows each,
        told apart by ``method``: a binomial model (group as factor; delta-method limits; stratified
        Cochran-Armitage test; Holm within area and block), whose uncertainty is **sampling error only**; and
        weighted least squares on the waves' empirical logits, which also counts what moves whole waves:
        the wider of t on waves − 2 degrees of freedom with the scatter of the residuals and normal with
        the scatter that sampling alone gives. ``n_a`` is over all waves; as many independent answers as
        ``n_eff`` (of the model only) would be as precise. Reasons: ``few_waves`` (fewer than three),
        ``not_comparable``, ``n_lt_min``; of the model also ``constant``, ``separated``.

    Raises
    ------
    KeyError
        If `times` lacks a wave, `items` an item, or `mix` a group.

    Notes
    -----
    In an area where people answered in more than one wave all rows count each of them as one: the model
    has the sandwich variance and generalised score test of estimating equations with independence as
    working correlation, the waves have the covariance that their people make, and ``method`` says so.

    To the model a group whose answers are all alike is one that does not change, beyond doubt: in the mix it
    adds nothing to the width of the interval. The waves add half an answer, and so a width, to every group.

    References
    ----------
    .. [1] Armitage, P. (1955). Tests for linear trends in proportions and frequencies. Biometrics, 11,
       375-386.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2", "3"], "group": "a", "item": "q",
    ...                       1: [50, 43, 40], 2: [50, 57, 60]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""], "block": ["trust"]}, index=["q"])
    >>> trend(cells, items, {"1": 2015, "2": 2016, "3": 2017})[["group_a", "estimate", "p_value"]].round(3)
      group_a  estimate  p_value
    0       a     0.100    0.155
    1     all     0.100    0.155
    2       a     0.099    0.157
    3     all     0.099    0.157
    """
    of = series(counts, items, times, comparable=comparable, mix=mix, links=links)
    frames = []
    for fit, method in ((binomial, BINOMIAL), (least_squares, WAVES)):
        found = fitted(fit, of)
        rows = of.rows(found, items, method=method)
        numbers = [name for name in found if name != "reason"]
        rows[numbers] = rows[numbers].where(rows["reason"].eq(""))
        frames.append(rows)
    rows = pd.concat(frames, ignore_index=True).assign(estimand="change_over_period")
    # No share changes by more than 1.
    rows["mde80"] = rows["mde80"].where(rows["mde80"].le(1))
    planned = rows["method"].str.startswith(BINOMIAL)
    return decided(rows, items, name="trend", planned=planned, margin=results.MARGIN_SHARE)
