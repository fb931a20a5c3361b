"""Who trusts whom, taken together: how much lies with those who rate, how much with the team rated."""

import numpy as np
import pandas as pd
from scipy import special, stats

from trustgap.stats import results
from trustgap.stats.counts import ALL
from trustgap.stats.families import decide
from trustgap.stats.orders.cumulative import Fit, fit
from trustgap.stats.trust.ratings import Ratings, places, ratings, rests

METHOD = "additive logistic model, respondents as clusters"


def effects(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    block: str = "trust",
    teams: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Estimate how readily each group trusts, how far each team is trusted, and what that leaves open.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group``, the items of the block.
    items : DataFrame, indexed by item
        Needs ``block``, ``team`` and ``top_from``; one item of the block per team.
    groups, teams : DataFrame
        As in `trustgap.stats.trust.dyads.reciprocity`.
    block : str
        Block of items.

    Returns
    -------
    DataFrame, rows of results, for every area and wave
        =============  ===================================================================================
        ``trusting``   per group: the share of positive answers it would give about a team of average
                       standing, in [0, 1]; ``item`` is the block
        ``trusted``    per team: the share it would get if everyone who answered had rated it, taken at
                       their average on the logit scale, in [0, 1]; ``group_a`` is `counts.ALL`
        ``residual``   per group and team: the observed share less the one that the model expects of this
                       group and this team, in [-1, 1], with a verdict; p-values adjusted by Holm within
                       area and wave
        =============  ===================================================================================

        ``n_a`` counts answers. Cells with fewer than `results.MIN_N` answers do not enter. Reasons:
        ``n_lt_min`` (the row's own cells do not enter, or fewer than `ratings.MIN_FREEDOM` people beyond
        the coefficients), ``confounded`` (one group, one team, or no chain of
        ratings that joins all: group and team cannot be told apart), ``separated``, ``constant``,
        ``df_le_0``.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    Notes
    -----
    Logit P(positive) = constant + group + team on the cells that exist, so that nobody is judged on the
    teams that they happen to rate. On the logit scale every team counts the same in an average, and every
    group by how many of it answered: a group of a few would else move the shares of all teams. A respondent
    rates several teams: the variance is the sum over respondents of the squared influence, the linearised
    respondent bootstrap, with the factor m / (m − 1) for a group of m; the limits use t with
    Welch-Satterthwaite degrees of freedom over groups.

    References
    ----------
    .. [1] Kenny, D. A. and La Voie, L. (1984). The social relations model. Advances in Experimental
       Social Psychology, 18, 141-182.
    .. [2] Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
       models. Biometrika, 73, 13-22.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"] * 100,
    ...                         "s": rng.integers(1, 6, 200), "t": rng.integers(1, 6, 200)})
    >>> items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "top_from": 4}, index=["s", "t"])
    >>> rows = effects(answers, items, pd.DataFrame({"team": ""}, index=["a", "b"]))
    >>> rows["estimand"].tolist()
    ['trusting', 'trusting', 'trusted', 'trusted', 'residual', 'residual', 'residual', 'residual']
    """
    rows = [
        _effects(ratings(part, items, groups, block=block, teams=teams), place, block)
        for place, part in places(answers)
    ]
    rows = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["estimand", "p_value"])
    left = rows["estimand"].eq("residual")
    if not left.any():
        return rows
    judged = decide(
        rows[left], by=["area", "wave"], name=f"residual|{block}", method="holm",
        null=0.0, margin=results.MARGIN_SHARE,
    )  # fmt: skip
    return pd.concat([rows[~left], judged], ignore_index=True)


def _effects(given: Ratings, place: tuple[str, str], block: str) -> pd.DataFrame:
    """Give the rows of one area and wave."""
    cells, used = given.cells, given.used
    model, design = Fit(given.unable), np.empty((0, 1))
    if not given.unable:
        design = np.column_stack([given.design[:, 1:], -np.ones(len(used))])
        model = fit(given.positive, given.design[:, 1:][given.cell], cluster=given.person)
    parts = []
    for column, other, estimand in (("group", "team", "trusting"), ("team", "group", "trusted")):
        names = cells[column].unique()
        weights = {} if model.reason else _averages(given, design, column, other)
        rows = [_share(model, weights[name], given) if name in weights else {"reason": ""} for name in names]
        own = [cells[cells[column].eq(name)] for name in names]
        parts.append(
            pd.DataFrame(rows).assign(
                estimand=estimand,
                **{"group_a": names, "target": ""}
                if column == "group"
                else {"group_a": ALL, "target": names},
                item=block if column == "group" else [part["item"].iloc[0] for part in own],
                n_a=[int(part["n"][part["used"]].sum()) or int(part["n"].sum()) for part in own],
                entered=[bool(part["used"].any()) for part in own],
                own=[rests(part, place) for part in own],
            )
        )
    own = [rests(cells.iloc[[at]], place) for at in range(len(cells))]
    parts.append(_residuals(model, design, given).assign(own=own))
    rows = pd.concat(parts, ignore_index=True)
    reason = rows["reason"].mask(rows["reason"].eq("") & bool(model.reason), model.reason)
    rows["reason"] = reason.mask(~rows["entered"], "n_lt_min")
    whole = rests(used, place)
    entries = zip(rows["entered"], rows["own"], strict=True)
    rows["rests_on"] = pd.Series([whole if entered else own for entered, own in entries], dtype=object)
    return rows.drop(columns=["entered", "own"]).assign(
        area=place[0], wave=place[1], analysis="joint", group_b="", method=METHOD
    )


def _averages(given: Ratings, design: np.ndarray, column: str, other: str) -> dict[str, np.ndarray]:
    """Write the linear predictor of every group, or team, opposite the average of the other kind."""
    used = given.used
    split = used["group"].nunique() - 1
    own, opposite = np.arange(split), np.arange(split, design.shape[1] - 1)
    people = None
    if column == "team":
        own, opposite, people = opposite, own, np.bincount(given.group_of)
    first = design[~used[other].duplicated().to_numpy()][:, opposite]
    mean = np.average(first, axis=0, weights=people)
    weights = {}
    for at in np.flatnonzero(~used[column].duplicated()):
        weight = design[at].copy()
        weight[opposite] = mean
        weights[used[column].iloc[at]] = weight
    return weights


def _share(model: Fit, weight: np.ndarray, given: Ratings) -> dict[str, float | str]:
    """Take one linear predictor to a share, with limits that stay between 0 and 1."""
    logit = weight @ np.r_[model.coefficients, model.thresholds]
    error, df = _spread(model.influence @ weight, given.group_of)
    row = {"estimate": special.expit(logit), "reason": ""}
    for level, suffix in results.LEVELS:
        half = stats.t.ppf((1 + level) / 2, df) * error
        row |= {
            f"conf_low{suffix}": special.expit(logit - half),
            f"conf_high{suffix}": special.expit(logit + half),
        }
    return row


def _residuals(model: Fit, design: np.ndarray, given: Ratings) -> pd.DataFrame:
    """Set each cell's share against the one that its group and its team lead one to expect."""
    cells = given.cells
    rows = cells[["group", "team", "item", "n", "used"]].set_axis(
        ["group_a", "target", "item", "n_a", "entered"], axis=1
    )
    rows = rows.assign(estimand="residual", reason="")
    numbers = "estimate conf_low conf_high conf_low_90 conf_high_90 p_value mde80".split()
    rows[numbers] = np.nan
    if model.reason:
        return rows
    n = np.bincount(given.cell)
    share = np.bincount(given.cell, given.positive) / n
    expected = special.expit(design @ np.r_[model.coefficients, model.thresholds])
    moves = -model.influence @ (design * (expected * (1 - expected))[:, None]).T
    moves[given.person, given.cell] += (given.positive - share[given.cell]) / n[given.cell]
    error, df = _spread(moves, given.group_of)
    # A cell that alone ties its group or team to the rest is fitted exactly: nothing is left over to see.
    free = error > 1e-9
    error = np.where(free, error, np.nan)
    estimate = np.where(free, share - expected, np.nan)
    limits = [side * stats.t.ppf(level, df) * error for level in (0.975, 0.95) for side in (-1, 1)]
    found = np.column_stack(
        [
            estimate,
            *(np.clip(estimate + limit, -1, 1) for limit in limits),
            2 * stats.t.sf(np.abs(estimate) / error, df),
            error * results.DETECTABLE,
        ]
    )
    rows.loc[cells["used"], numbers] = found
    rows.loc[cells["used"], "reason"] = np.where(free, "", "confounded")
    return rows


def _spread(moves: np.ndarray, group_of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the standard error of what people's influence adds up to, and its degrees of freedom."""
    sizes = np.bincount(group_of)
    groups = np.flatnonzero(sizes)
    sizes = sizes[groups].reshape(-1, *[1] * (moves.ndim - 1))
    squares = np.stack([(moves[group_of == group] ** 2).sum(axis=0) for group in groups])
    parts = squares * sizes / (sizes - 1)
    total = parts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.sqrt(total), total**2 / (parts**2 / (sizes - 1)).sum(axis=0)
