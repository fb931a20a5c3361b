"""Whether trust depends on who answers, on who is rated, or on the two together."""

import numpy as np
import pandas as pd
from scipy import linalg

from trustgap.stats.orders.cumulative import Fit, fit
from trustgap.stats.orders.parallel import brant, wald
from trustgap.stats.trust.ratings import Ratings, places, ratings, rests

TESTS = "between_groups between_teams interaction interaction_top2 proportional_odds".split()


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
        As in `trustgap.stats.trust.joint.effects`; `items` needs ``scale``, ``k`` and ``low_to`` too.

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
    # A survey that asked for no ratings has no row, not one that says that too few answered.
    rated = (items["block"].eq(block) & items["team"].ne("")).any()
    rows = [
        _pattern(ratings(part, items, groups, block=block, teams=teams), place, block, items)
        for place, part in places(answers)
        if rated
    ]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["estimand", "p_value"])


def _pattern(given: Ratings, place: tuple[str, str], block: str, items: pd.DataFrame) -> pd.DataFrame:
    """Give the tests of one area and wave."""
    used, asked = given.used, items.loc[given.used["item"]]
    nothing = "n_lt_min" if used.empty else given.unable or "confounded"
    found = dict.fromkeys(TESTS, (np.nan, np.nan, nothing))
    if not given.unable:
        design, split = given.design[:, 1:], used["group"].nunique() - 1
        additive = fit(given.positive, design[given.cell], cluster=given.person)
        own = np.eye(design.shape[1])
        found["between_groups"] = _test(additive, own[:split])
        found["between_teams"] = _test(additive, own[split:])
        # What sums of a group's and a team's coefficient cannot make; the first cell is the reference.
        apart = linalg.null_space(given.design.T).T[:, 1:]
        each = np.eye(len(used))[:, 1:][given.cell]
        alike = bool(asked["scale"].eq(asked["scale"].iloc[0]).all())
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
    behind = rests(given.cells if given.unable else used, place)
    return rows.assign(
        area=place[0], wave=place[1], analysis="joint", item=block, group_a="", group_b="", target="",
        n_a=int(used["n"].sum()), method="Wald F, respondents as clusters", rests_on=[behind] * len(rows),
    )  # fmt: skip


def _test(model: Fit, contrast: np.ndarray) -> tuple[float, float, str]:
    """Test that contrasts of a model's coefficients are all 0."""
    if model.reason:
        return np.nan, np.nan, model.reason
    p = len(model.coefficients)
    covariance = contrast @ model.robust[:p, :p] @ contrast.T
    statistic, value = wald(contrast @ model.coefficients, covariance, clusters=model.clusters)
    return statistic, value, "" if value == value else "df_le_0"
