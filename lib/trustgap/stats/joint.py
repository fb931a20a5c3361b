"""Who trusts whom, taken together: how much lies with those who rate, how much with the team rated."""

import numpy as np
import pandas as pd
from scipy import linalg, special, stats

from trustgap.stats import results
from trustgap.stats.cumulative import Fit, fit
from trustgap.stats.families import decide
from trustgap.stats.parallel import brant, wald
from trustgap.stats.ratings import Ratings, ratings

TESTS = "between_groups between_teams interaction interaction_top2 proportional_odds".split()
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
        As in `trustgap.stats.dyads.reciprocity`.
    block : str
        Block of items.

    Returns
    -------
    DataFrame, rows of results, for every area and wave
        =============  ===================================================================================
        ``trusting``   per group: the share of positive answers it would give about a team of average
                       standing, in [0, 1]; ``item`` is the block
        ``trusted``    per team: the share it would get from a group of average trust, in [0, 1]
        ``residual``   per group and team: the observed share less the one that the model expects of this
                       group and this team, in [-1, 1], with a verdict; p-values adjusted by Holm within
                       area and wave
        =============  ===================================================================================

        ``n_a`` counts answers. Cells with fewer than `means.MIN_N` answers do not enter. Reasons:
        ``n_lt_min`` (the row's own cells do not enter), ``confounded`` (one group, one team, or no chain of
        ratings that joins all: group and team cannot be told apart), ``separated``, ``constant``,
        ``df_le_0``.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    Notes
    -----
    Logit P(positive) = constant + group + team on the cells that exist, so that nobody is judged on the
    teams that they happen to rate; averages weigh groups, and teams, equally on the logit scale. A respondent
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
    >>> rows[["estimand", "group_a", "target"]].head(4)
       estimand group_a target
    0  trusting       a
    1  trusting       b
    2   trusted              s
    3   trusted              t
    """
    rows = [
        _effects(ratings(part, items, groups, block=block, teams=teams), place, block)
        for place, part in _places(answers)
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


def pattern(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    block: str = "trust",
    teams: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Test whether groups differ, whether teams differ, and whether groups put the teams in the same order.

    Parameters
    ----------
    answers, items, groups, block, teams
        As in `effects`; `items` needs ``scale``, ``k`` and ``low_to`` too.

    Returns
    -------
    DataFrame, five rows of results for every area and wave
        ====================  ============================================================================
        ``between_groups``    positive answers: do groups differ about the same teams?
        ``between_teams``     positive answers: do teams differ for the same groups?
        ``interaction``       the whole scale: does who is trusted depend on who answers?
        ``interaction_top2``  the same for positive answers alone
        ``proportional_odds`` the whole scale: does a group's, or team's, place differ between trust and
                              distrust? If so, ``interaction_top2`` counts and not ``interaction``
        ====================  ============================================================================

        ``estimate`` is the F statistic, ``p_value`` its probability; there are no limits. ``n_a`` counts
        answers. Reasons as in `effects`; ``not_comparable`` where teams are rated on different scales,
        ``one_level`` where the scale has a single cut.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    Notes
    -----
    ``interaction``: proportional odds with one coefficient per cell, and a Wald test that they are sums of a
    group's and a team's, with respondents as clusters [1]_. Treating answers as independent would make it far
    too timid, for the same people rate all teams, and tests between groups far too bold.
    ``proportional_odds``: Brant's test [2]_ of the additive model on negative, neutral and positive, with the
    sandwich covariance; rarer answers give cuts that too few people decide.

    References
    ----------
    .. [1] Pan, W. and Wall, M. M. (2002). Small-sample adjustments in using the sandwich variance
       estimator in generalized estimating equations. Statistics in Medicine, 21, 1429-1441.
    .. [2] Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic
       regression. Biometrics, 46, 1171-1178.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"] * 100,
    ...                         "s": rng.integers(1, 6, 200), "t": rng.integers(1, 6, 200)})
    >>> items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "scale": "agree", "k": 5, "low_to": 2,
    ...                       "top_from": 4}, index=["s", "t"])
    >>> pattern(answers, items, pd.DataFrame({"team": ""}, index=["a", "b"]))["estimand"].tolist()
    ['between_groups', 'between_teams', 'interaction', 'interaction_top2', 'proportional_odds']
    """
    rows = [
        _pattern(ratings(part, items, groups, block=block, teams=teams), place, block, items)
        for place, part in _places(answers)
    ]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["estimand", "p_value"])


def _places(answers: pd.DataFrame):
    for place, part in answers.groupby(["area", "wave"], observed=True, sort=True):
        yield tuple(map(str, place)), part


def _rests(cells: pd.DataFrame, place: tuple[str, str]) -> tuple:
    return tuple((*place, row.group, row.item) for row in cells.itertuples())


def _effects(given: Ratings, place: tuple[str, str], block: str) -> pd.DataFrame:
    """Give the rows of one area and wave."""
    cells, used = given.cells, given.used
    model, design = Fit("confounded"), np.empty((0, 1))
    if given.connected:
        design = np.column_stack([given.design[:, 1:], -np.ones(len(used))])
        model = fit(given.positive, given.design[:, 1:][given.cell], cluster=given.person)
    parts = []
    for column, other, estimand in (("group", "team", "trusting"), ("team", "group", "trusted")):
        names = cells[column].unique()
        weights = {} if model.reason else _averages(used, design, column, other)
        rows = [_share(model, weights[name], given) if name in weights else {"reason": ""} for name in names]
        own = [cells[cells[column].eq(name)] for name in names]
        parts.append(
            pd.DataFrame(rows).assign(
                estimand=estimand,
                **{"group_a": names, "target": ""} if column == "group" else {"group_a": "", "target": names},
                item=block if column == "group" else [part["item"].iloc[0] for part in own],
                n_a=[int(part["n"][part["used"]].sum()) or int(part["n"].sum()) for part in own],
                entered=[bool(part["used"].any()) for part in own],
                own=[_rests(part, place) for part in own],
            )
        )
    own = [_rests(cells.iloc[[at]], place) for at in range(len(cells))]
    parts.append(_residuals(model, design, given).assign(own=own))
    rows = pd.concat(parts, ignore_index=True)
    reason = rows["reason"].mask(rows["reason"].eq("") & bool(model.reason), model.reason)
    rows["reason"] = reason.mask(~rows["entered"], "n_lt_min")
    whole = _rests(used, place)
    rests = zip(rows["entered"], rows["own"], strict=True)
    rows["rests_on"] = pd.Series([whole if entered else own for entered, own in rests], dtype=object)
    return rows.drop(columns=["entered", "own"]).assign(
        area=place[0], wave=place[1], analysis="joint", group_b="", method=METHOD
    )


def _averages(used: pd.DataFrame, design: np.ndarray, column: str, other: str) -> dict[str, np.ndarray]:
    """Write the linear predictor of every group, or team, opposite the average of the other kind."""
    split = used["group"].nunique() - 1
    own, opposite = np.arange(split), np.arange(split, design.shape[1] - 1)
    if column == "team":
        own, opposite = opposite, own
    mean = design[~used[other].duplicated().to_numpy()][:, opposite].mean(axis=0)
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
    for level, suffix in ((0.975, ""), (0.95, "_90")):
        half = stats.t.ppf(level, df) * error
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
            error * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)),
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


def _pattern(given: Ratings, place: tuple[str, str], block: str, items: pd.DataFrame) -> pd.DataFrame:
    """Give the tests of one area and wave."""
    used, asked = given.used, items.loc[given.used["item"]]
    found = dict.fromkeys(TESTS, (np.nan, np.nan, "confounded"))
    if given.connected:
        design, split = given.design[:, 1:], used["group"].nunique() - 1
        additive = fit(given.positive, design[given.cell], cluster=given.person)
        own = np.eye(design.shape[1])
        found["between_groups"] = _test(additive, own[:split])
        found["between_teams"] = _test(additive, own[split:])
        # What sums of a group's and a team's coefficient cannot make; the first cell is the reference.
        apart = linalg.null_space(given.design.T).T[:, 1:]
        each = np.eye(len(used))[:, 1:][given.cell]
        alike = asked["scale"].nunique() == 1
        if len(apart):
            top = fit(given.positive, each, cluster=given.person)
            found["interaction_top2"] = _test(top, apart)
        if len(apart) and alike:
            whole = fit(given.score, each, cluster=given.person)
            found["interaction"] = _test(whole, apart)
        if alike:
            three = 1 + (given.score > asked["low_to"].iloc[0]) + given.positive
            check = brant(three, design[given.cell], cluster=given.person).iloc[0]
            found["proportional_odds"] = (check["statistic"], check["p_value"], check["reason"])
        else:
            found |= dict.fromkeys(("interaction", "proportional_odds"), (np.nan, np.nan, "not_comparable"))
    rows = pd.DataFrame(found.values(), columns=["estimate", "p_value", "reason"]).assign(
        estimand=list(found)
    )
    rests = _rests(used if given.connected else given.cells, place)
    return rows.assign(
        area=place[0], wave=place[1], analysis="joint", item=block, group_a="", group_b="", target="",
        n_a=int(used["n"].sum()), method="Wald F, respondents as clusters", rests_on=[rests] * len(rows),
    )  # fmt: skip


def _test(model: Fit, contrast: np.ndarray) -> tuple[float, float, str]:
    """Test that contrasts of a model's coefficients are all 0."""
    if model.reason:
        return np.nan, np.nan, model.reason
    p = len(model.coefficients)
    covariance = contrast @ model.robust[:p, :p] @ contrast.T
    statistic, value = wald(contrast @ model.coefficients, covariance, clusters=model.clusters)
    return statistic, value, "" if value == value else "df_le_0"
