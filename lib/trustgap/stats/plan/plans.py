"""Planning as tables: how many answers each goal needs, and what the answers at hand can show."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.plan.planning import (
    gap_n,
    half_width,
    share_n,
    smallest_gap,
    smallest_margin,
    smallest_trend,
    theta_n,
)
from trustgap.stats.results import MARGIN_THETA
from trustgap.stats.weighting.weights import kish

POINTS = (0.03, 0.05, 0.10, 0.15)
"""The precisions, differences and margins that are planned for."""

GRID = (20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1250, 1500, 2000)
"""Numbers of answers at which the curves are drawn."""

GOALS = {
    "half_width": "To know a share so closely, either way: answers",
    "smallest_gap": "To see a difference between two groups or two waves: answers in each",
    "smallest_trend": "To see a steady change over five waves: answers in each wave",
    "smallest_margin": "To show that two groups or two waves are alike within so much: answers in each",
}
"""What is planned for, as the rows of a table say it."""


def needed() -> pd.DataFrame:
    """List how many answers each goal needs at each of `POINTS`.

    Returns
    -------
    DataFrame, rows of results that rest on nobody's answers
        ``analysis`` is ``planning``, ``estimand`` is ``answers_needed``, ``item`` one of `GOALS` and
        ``goal`` its text, ``target`` the wanted precision, difference or margin. The last row, ``theta``,
        is for a difference of two groups at the boundary of what counts as alike.

    Examples
    --------
    >>> needed().query("target == '5 points'")[["item", "estimate"]]
                   item  estimate
    1        half_width     381.0
    5      smallest_gap    1569.0
    9    smallest_trend    1256.0
    13  smallest_margin    1713.0
    """
    points = np.array(POINTS)
    numbers = [
        share_n(points),
        gap_n(points),
        # These two fall with the root of n.
        (smallest_trend(np.array(1)) / points) ** 2,
        (smallest_margin(np.array(1)) / points) ** 2,
    ]
    theta = 0.5 + MARGIN_THETA
    rows = pd.DataFrame(
        {
            "item": [*np.repeat(list(GOALS), len(points)), "theta"],
            "target": [*[f"{100 * one:.0f} points" for one in points] * len(GOALS), f"θ of {theta:.2f}"],
            "estimate": np.ceil(np.append(np.concatenate(numbers), theta_n(theta)) - 1e-9),
        }
    )
    return rows.assign(
        analysis="planning", estimand="answers_needed", goal=rows["item"].map(GOALS).fillna("")
    )


def visible(n: Sequence[int] = GRID) -> pd.DataFrame:
    """Say what so many answers can show, goal by goal.

    Parameters
    ----------
    n : sequence of int
        Answers: of a share, in each group or in each wave.

    Returns
    -------
    DataFrame, rows of results that rest on nobody's answers
        ``analysis`` is ``planning``; ``estimand`` is one of `GOALS` and ``goal`` its text, ``n_a`` the
        answers and ``estimate`` the precision, difference, change or margin.

    Examples
    --------
    >>> visible([100])[["estimand", "n_a", "estimate"]].round(3)
              estimand  n_a  estimate
    0       half_width  100     0.096
    1     smallest_gap  100     0.197
    2   smallest_trend  100     0.177
    3  smallest_margin  100     0.207
    """
    answers = np.asarray(n)
    values = [half_width(answers), smallest_gap(answers, answers), smallest_trend(answers)]
    values = np.concatenate([*values, smallest_margin(answers)])
    estimands = np.repeat(list(GOALS), len(answers))
    rows = pd.DataFrame({"estimand": estimands, "n_a": np.tile(answers, len(GOALS)), "estimate": values})
    return rows.assign(analysis="planning", goal=rows["estimand"].map(GOALS))


def by_area(people: pd.DataFrame, *, pair: Sequence[str], waves: Sequence[str]) -> pd.DataFrame:
    """Say what each area's own number of respondents can show.

    Parameters
    ----------
    people : DataFrame
        Respondents ``n`` by ``area``, ``wave`` and ``group``, the pooled group included.
    pair : sequence of str
        Two groups that are compared; with fewer there is no comparison of groups.
    waves : sequence of str
        All waves in time order.

    Returns
    -------
    DataFrame, rows of results
        ``analysis`` is ``planning``. Per area: ``respondents`` of the last wave that anybody answered,
        ``half_width`` of a share of them all, ``smallest_gap`` between the two groups, and
        ``smallest_change`` since the first wave that anybody answered, if that is another. Each is what
        a question answered by every respondent could show.

    Examples
    --------
    >>> people = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b", "all"], "n": [60, 40, 100]})
    >>> by_area(people, pair=["a", "b"], waves=["1"])[["estimand", "estimate"]].round(3)
           estimand  estimate
    0   respondents   100.000
    1    half_width     0.096
    2  smallest_gap     0.282
    """
    counted = people.set_index(["area", "wave", "group"])["n"]
    answered = set(people.loc[people["n"].gt(0), "wave"])
    known = [wave for wave in waves if wave in answered]
    first, last = known[0], known[-1]
    goals = {"respondents": [(last, ALL)], "half_width": [(last, ALL)]}
    if len(pair) == 2:
        goals["smallest_gap"] = [(last, group) for group in pair]
    if first != last:
        goals["smallest_change"] = [(first, ALL), (last, ALL)]
    parts = [_goal(counted, estimand, sides) for estimand, sides in goals.items()]
    return pd.concat(parts, ignore_index=True).assign(analysis="planning")


def _goal(counted: pd.Series, estimand: str, sides: list[tuple[str, str]]) -> pd.DataFrame:
    """Give the rows of one goal, area by area, from the respondents on its one or two sides."""
    areas = list(dict.fromkeys(counted.index.get_level_values("area")))
    n = [counted.reindex([(area, *side) for area in areas], fill_value=0).to_numpy(float) for side in sides]
    rows = pd.DataFrame({"area": areas, "group_a": sides[0][1], "n_a": n[0], "estimand": estimand})
    rows["wave"] = "/".join(dict.fromkeys(wave for wave, _ in sides))
    if len(sides) == 2:
        rows = rows.assign(group_b=sides[1][1], n_b=n[1], estimate=smallest_gap(*n))
    else:
        rows["estimate"] = n[0] if estimand == "respondents" else half_width(n[0])
    rows["rests_on"] = [tuple((area, *side, "") for side in sides) for area in areas]
    return rows.assign(reason=np.where(rows["estimate"].isna(), "n_lt_min", ""))


def design_effect(answers: pd.DataFrame, *, wave: str) -> pd.DataFrame:
    """Estimate how many times as many answers weighted results need.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``wave`` and ``weight``.
    wave : str
        Whose weights.

    Returns
    -------
    DataFrame, one row of results
        ``estimand`` is ``design_effect``: Kish's n Σw² / (Σw)², 1 where all weights are equal, missing with
        reason ``all_missing`` where nobody has one.

    References
    ----------
    .. [1] Kish, L. (1965). Survey sampling. Wiley.

    Examples
    --------
    >>> answers = pd.DataFrame({"wave": "1", "weight": [1.0, 1.0, 4.0]})
    >>> design_effect(answers, wave="1")["estimate"].tolist()
    [1.5]
    """
    weights = answers.loc[answers["wave"].eq(wave), "weight"].to_numpy(float)
    effect, _ = kish(weights)
    row = {
        "analysis": "planning",
        "estimand": "design_effect",
        "area": NATIONAL,
        "wave": wave,
        "group_a": ALL,
    }
    row |= {"n_a": np.count_nonzero(~np.isnan(weights)), "estimate": effect, "method": "kish"}
    row |= {"reason": "all_missing" if np.isnan(effect) else "", "rests_on": ((NATIONAL, wave, ALL, ""),)}
    return pd.DataFrame([row])
