"""Do the questions of a battery hang together well enough to be added up to one score?"""

from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.factor import omega
from trustgap.stats.intervals import wilson

MIN_N = 30
"""Complete respondents below which nothing is estimated: the interval of α would say nothing."""

MIN_ITEMS = 3
"""Fewer questions have no single factor that could be fitted."""

ALPHA_FROM, H_FROM = 0.7, 0.3
"""Lower limits of α and of H from which answers may be added up."""

DRAWS = 500

WHOLE = ["alpha", "omega", "mokken_h", "composite"]
ALIKE = ["floor_share", "ceiling_share", "same_answer_share"]
EACH = ["item_rest", "mokken_h_item"]


def scale(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    wave: str,
    name: str,
    seed: int,
    group: str = ALL,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Estimate how well the questions of one battery hang together.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group``, one integer column per item.
    items : DataFrame, indexed by item
        The battery: questions on the same scale; needs ``k`` and ``team``. Questions that nobody here
        was asked in this wave are left out.
    area, wave : str
        Whose answers; `counts.NATIONAL` takes every area.
    name : str
        Id of the battery; the ``item`` of rows about it as a whole.
    seed : int
        Of the survey; draws depend on it, the area, the battery and the group.
    group : str
        One group, or `counts.ALL`.
    draws : int
        Bootstrap draws of respondents.

    Returns
    -------
    DataFrame, rows of results
        ``analysis`` is ``scale``; ``n_a`` is the number of respondents with a valid answer to every
        question, on whom every row rests.

        =====================  ===================================================================
        ``alpha``              Cronbach's α, at most 1; Feldt's interval
        ``omega``              McDonald's ω of one factor, in [0, 1]; limits from influence values
        ``mokken_h``           Mokken's H, at most 1; percentiles of the bootstrap
        ``composite``          1 where the answers may be added up: the lower limit of α is at least
                               `ALPHA_FROM` and that of H at least `H_FROM`; else 0
        ``floor_share``        share with the lowest answer to every question; Wilson
        ``ceiling_share``      share with the highest answer to every question; Wilson
        ``same_answer_share``  share with one and the same answer throughout; Wilson
        ``item_rest``          per question: correlation with the sum of the others; bootstrap
        ``mokken_h_item``      per question: its H with the others; bootstrap
        =====================  ===================================================================

        Reasons, with numbers missing: ``n_lt_min`` below `MIN_N` respondents, ``one_level`` below
        `MIN_ITEMS` questions, ``constant`` where a question or the sum does not vary, ``identical`` where
        everyone answers all questions alike, ``no_factor`` (ω only) where no single factor fits.

    References
    ----------
    .. [1] Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability
       coefficient twenty. Psychometrika, 30, 357-370.
    .. [2] Mokken, R. J. (1971). A theory and procedure of scale analysis. Mouton.
    .. [3] Loevinger, J. (1948). The technique of homogeneous tests compared with some aspects of scale
       analysis and factor analysis. Psychological Bulletin, 45, 507-530.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> q = np.clip(rng.normal(3, 1, (90, 1)) + rng.normal(0, 0.5, (90, 3)), 1, 5).round().astype(int)
    >>> answers = pd.DataFrame(q, columns=list("xyz")).assign(area="X1", wave="1", group="g")
    >>> items = pd.DataFrame({"k": 5, "team": ""}, index=list("xyz"))
    >>> rows = scale(answers, items, area="X1", wave="1", name="trust", seed=1)
    >>> rows.query("estimand in ['alpha', 'composite']")[["n_a", "estimate"]].round(2)
       n_a  estimate
    0   90      0.90
    3   90      1.00
    """
    part = answers[answers["wave"].eq(wave)]
    part = part if area == NATIONAL else part[part["area"].eq(area)]
    part = part if group == ALL else part[part["group"].eq(group)]
    asked = items[[bool(part[item].ne(-1).any()) for item in items.index]]
    scores = part[list(asked.index)].to_numpy(int)
    scores = scores[(scores > 0).all(axis=1)]
    rests = tuple((area, wave, group, item) for item in asked.index)
    whole = pd.DataFrame({"estimand": [*WHOLE, *ALIKE], "item": name, "target": ""})
    each = pd.DataFrame(
        {"estimand": np.repeat(EACH, len(asked)), "item": [*asked.index] * 2, "target": [*asked["team"]] * 2}
    )
    rows = pd.concat([whole, each], ignore_index=True).assign(
        analysis="scale", area=area, wave=wave, group_a=group, n_a=len(scores),
        estimate=np.nan, conf_low=np.nan, conf_high=np.nan, reason=_reason(scores),
        rests_on=[rests or ((area, wave, group, ""),)] * (len(whole) + len(each)),
    )  # fmt: skip
    rows["method"] = rows["estimand"].map(_METHODS)
    if rows["reason"].ne("").any():
        return rows
    stream = np.random.default_rng([seed, *(crc32(word.encode()) for word in ("scale", area, name, group))])
    found = _estimates(scores, asked["k"].to_numpy(int), draws=draws, stream=stream)
    rows[["estimate", "conf_low", "conf_high"]] = found
    return rows.assign(reason=np.where(np.isnan(found[:, 0]), "no_factor", ""))


_METHODS = {
    "alpha": "feldt", "omega": "one_factor_ml_influence", "mokken_h": "loevinger_bootstrap",
    "composite": f"alpha_from_{ALPHA_FROM}_and_h_from_{H_FROM}", "item_rest": "pearson_bootstrap",
    "mokken_h_item": "loevinger_bootstrap", **dict.fromkeys(ALIKE, "wilson"),
}  # fmt: skip


def alpha(covariance: np.ndarray) -> np.ndarray:
    """Compute Cronbach's α.

    Parameters
    ----------
    covariance : array, shape (..., k, k)
        Covariances of the items; the variance of their sum is above 0.

    Returns
    -------
    array, shape (...)
        At most 1.

    References
    ----------
    .. [1] Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika,
       16, 297-334.

    Examples
    --------
    >>> float(alpha(np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])))
    0.75
    """
    k = covariance.shape[-1]
    own = np.trace(covariance, axis1=-2, axis2=-1)
    return k / (k - 1) * (1 - own / covariance.sum(axis=(-2, -1)))


def feldt(estimate: float, n: int, k: int, *, level: float = 0.95) -> tuple[float, float]:
    """Give Feldt's interval of Cronbach's α.

    Parameters
    ----------
    estimate : float
        α.
    n, k : int
        Respondents and items, at least 2 each.
    level : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : float
        At most 1.

    Notes
    -----
    Exact for normal answers with equal covariances; close for answers on five categories, as the
    coverage simulations of this project show.

    References
    ----------
    .. [1] Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability
       coefficient twenty. Psychometrika, 30, 357-370.

    Examples
    --------
    >>> [round(limit, 3) for limit in feldt(0.8, 100, 5)]
    [0.732, 0.855]
    """
    sides = (1 + level) / 2, (1 - level) / 2
    return tuple(1 - (1 - estimate) * float(stats.f.ppf(p, n - 1, (n - 1) * (k - 1))) for p in sides)


def _reason(scores: np.ndarray) -> str:
    n, k = scores.shape
    if k < MIN_ITEMS:
        return "one_level"
    if n < MIN_N:
        return "n_lt_min"
    if (scores == scores[:, :1]).all() and np.ptp(scores) > 0:
        return "identical"
    flat = np.ptp(scores, axis=0).min() == 0 or np.ptp(scores.sum(axis=1)) == 0
    return "constant" if flat else ""


def _estimates(scores: np.ndarray, k: np.ndarray, *, draws: int, stream: np.random.Generator) -> np.ndarray:
    """Give estimate and limits in the order of the rows: the battery, shares of likeness, each question."""
    n, width = scores.shape
    kinds, sizes = np.unique(scores, axis=0, return_counts=True)
    drawn = stream.multinomial(n, sizes / n, size=draws)
    covariance, highest = _moments(kinds, np.vstack([sizes, drawn]))
    homogeneous = _share(covariance, highest, axes=(1, 2))
    by_item = _share(covariance, highest, axes=(2,))
    rest = _item_rest(covariance)
    reliable = float(alpha(covariance[0]))
    low = feldt(reliable, n, width)
    h = _percentiles(homogeneous[:, None])[0]
    together = float(low[0] >= ALPHA_FROM and h[1] >= H_FROM)
    same = (kinds == kinds[:, :1]).all(axis=1)
    alike = [(kinds == 1).all(axis=1), (kinds == k).all(axis=1), same]
    counts = np.array([sizes[one].sum() for one in alike])
    shares = np.column_stack([counts / n, *wilson(counts, np.full(3, n))])
    top = [(reliable, *low), omega(scores), h, (together, np.nan, np.nan)]
    return np.vstack([top, shares, _percentiles(rest), _percentiles(by_item)])


def _moments(kinds: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give, for every row of weights, the covariances of the items and the largest their shares allow.

    The largest covariance that two items can have, given how each is answered, is that of their sorted
    answers: P(X ≥ a, Y ≥ b) is then the smaller of P(X ≥ a) and P(Y ≥ b).
    """
    width, n = kinds.shape[1], weights[0].sum()
    j, m = np.triu_indices(width)
    means = weights @ kinds / n
    upper = weights @ (kinds[:, j] * kinds[:, m]) / n - means[:, j] * means[:, m]
    steps = [(kinds >= step).astype(float) for step in range(2, kinds.max() + 1)]
    above = np.stack([weights @ step / n for step in steps], axis=2)
    least = np.zeros((len(weights), len(j)))
    for a in range(above.shape[2]):
        for b in range(above.shape[2]):
            x, y = above[:, j, a], above[:, m, b]
            least += np.minimum(x, y) - x * y
    full = np.empty((2, len(weights), width, width))
    for place, values in enumerate((upper, least)):
        full[place][:, j, m] = full[place][:, m, j] = values * n / (n - 1)
    return full[0], full[1]


def _share(covariance: np.ndarray, highest: np.ndarray, *, axes: tuple[int, ...]) -> np.ndarray:
    """Divide covariances between different items by the largest possible, summed over axes."""
    off = ~np.eye(covariance.shape[1], dtype=bool)
    above, below = (covariance * off).sum(axis=axes), (highest * off).sum(axis=axes)
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 1e-12)


def _item_rest(covariance: np.ndarray) -> np.ndarray:
    own = np.diagonal(covariance, axis1=1, axis2=2)
    with_all = covariance.sum(axis=2)
    rest = with_all.sum(axis=1, keepdims=True) - 2 * with_all + own
    spread = np.sqrt(np.clip(own * rest, 0, None))
    return np.divide(with_all - own, spread, out=np.full(own.shape, np.nan), where=spread > 1e-12)


def _percentiles(values: np.ndarray) -> np.ndarray:
    """Give the first row as the estimates, and percentiles of the draws that can be computed."""
    low, high = np.nanquantile(values[1:], [0.025, 0.975], axis=0)
    return np.column_stack([values[0], low, high])
