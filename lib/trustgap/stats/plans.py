"""Planning as tables: how many answers each goal needs, and what the answers at hand can show."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.planning import (
    gap_n,
    half_width,
    share_n,
    smallest_gap,
    smallest_margin,
    smallest_trend,
    theta_n,
)
from trustgap.stats.results import MARGIN_THETA

POINTS = (0.03, 0.05, 0.10, 0.15)
"""The precisions, differences and margins that are planned for."""

GRID = tuple(int(n) for n in np.unique(np.round(np.geomspace(20, 2000, 41))))
"""Numbers of answers at which the curves are drawn."""

GOALS = {
    "half_width": "A share known within so many points either way: answers",
    "smallest_gap": "Two groups or two waves that differ so much: answers in each",
    "smallest_trend": "A change of so much over five waves: answers in each wave",
    "smallest_margin": "Two groups or two waves shown to be alike within so much: answers in each",
}
"""What is planned for, as the rows of a table say it; in the order of the answers needed."""


def needed(*, deff: float = 1.0) -> pd.DataFrame:
    """List how many answers each goal needs at each of `POINTS`.

    Parameters
    ----------
    deff : float
        As for `half_width`.

    Returns
    -------
    DataFrame, rows of results that rest on nobody's answers
        ``analysis`` is ``planning``, ``estimand`` is ``answers_needed``; ``goal``, a text of `GOALS`, and
        ``precision`` say what for. A last row, of θ at the boundary of what counts as alike.

    Examples
    --------
    >>> needed().query("precision == '5 points'")["estimate"].tolist()
    [381.0, 1569.0, 1256.0, 1713.0]
    """
    points = np.array(POINTS)
    # The last two are inverted: each falls with the root of n.
    numbers = [
        share_n(points, deff=deff),
        gap_n(points, deff=deff),
        (smallest_trend(np.array(1), deff=deff) / points) ** 2,
        (smallest_margin(np.array(1), deff=deff) / points) ** 2,
    ]
    theta = 0.5 + MARGIN_THETA
    rows = pd.DataFrame(
        {
            "goal": [*np.repeat(list(GOALS.values()), len(points)), "Two groups: answers in each"],
            "precision": [*[f"{100 * one:.0f} points" for one in points] * len(GOALS), f"θ of {theta:.2f}"],
            "estimate": np.ceil(np.append(np.concatenate(numbers), theta_n(theta, deff=deff)) - 1e-9),
        }
    )
    return rows.assign(analysis="planning", estimand="answers_needed")


def visible(n: Sequence[int] = GRID) -> pd.DataFrame:
    """Say what so many answers can show, goal by goal.

    Parameters
    ----------
    n : sequence of int
        Answers: of a share, in each group or in each wave.

    Returns
    -------
    DataFrame, rows of results that rest on nobody's answers
        ``analysis`` is ``planning``; ``estimand`` is one of `GOALS`, ``n_a`` the answers and ``estimate``
        the precision, difference, change or margin.

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
    return rows.assign(analysis="planning")


def by_area(people: pd.DataFrame, *, pair: tuple[str, str], first: str, last: str) -> pd.DataFrame:
    """Say what each area's own number of respondents can show.

    Parameters
    ----------
    people : DataFrame
        Respondents ``n`` by ``area``, ``wave`` and ``group``, the pooled group included.
    pair : tuple of str
        Two groups that are compared.
    first, last : str
        Waves; equal where the survey has one.

    Returns
    -------
    DataFrame, rows of results
        ``analysis`` is ``planning``. Per area: ``respondents`` of the last wave, ``half_width`` of a share
        of them all, ``smallest_gap`` between the two groups, and, with two waves, ``smallest_change``.
        Each is the least or the best that everybody's answer to the question would give.

    Examples
    --------
    >>> people = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b", "all"], "n": [60, 40, 100]})
    >>> rows = by_area(people, pair=("a", "b"), first="1", last="1")
    >>> rows[["estimand", "estimate"]].round(3)
           estimand  estimate
    0   respondents   100.000
    1    half_width     0.096
    2  smallest_gap     0.282
    """
    counted = people.set_index(["wave", "group", "area"])["n"]
    areas = list(dict.fromkeys(people["area"]))
    parts = []
    for name, (wave, a), other in (
        ("respondents", (last, ALL), None),
        ("half_width", (last, ALL), None),
        ("smallest_gap", (last, pair[0]), (last, pair[1])),
        ("smallest_change", (last, ALL), (first, ALL)),
    ):
        if name == "smallest_change" and first == last:
            continue
        n_a = counted.reindex([(wave, a, area) for area in areas], fill_value=0).to_numpy(float)
        rows = pd.DataFrame({"area": areas, "wave": wave, "group_a": a, "n_a": n_a, "estimand": name})
        sides = [(wave, a)]
        if other:
            n_b = counted.reindex([(*other, area) for area in areas], fill_value=0).to_numpy(float)
            rows = rows.assign(n_b=n_b, group_b=other[1])
            sides.append(other)
        rows["estimate"] = n_a
        if other:
            rows["estimate"] = smallest_gap(n_a, n_b)
        elif name == "half_width":
            rows["estimate"] = half_width(n_a)
        rows["rests_on"] = [tuple((area, *side, "") for side in sides) for area in areas]
        parts.append(rows)
    return pd.concat(parts, ignore_index=True).assign(
        analysis="planning", reason=lambda rows: np.where(rows["estimate"].isna(), "n_lt_min", "")
    )


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
        ``estimand`` is ``design_effect``: Kish's n Σw² / (Σw)², 1 where all weights are equal.

    References
    ----------
    .. [1] Kish, L. (1965). Survey sampling. Wiley.

    Examples
    --------
    >>> answers = pd.DataFrame({"wave": "1", "weight": [1.0, 1.0, 4.0]})
    >>> design_effect(answers, wave="1")["estimate"].tolist()
    [1.5]
    """
    weights = answers.loc[answers["wave"].eq(wave), "weight"].dropna().to_numpy(float)
    total = weights.sum() ** 2
    effect = len(weights) * (weights**2).sum() / total if total > 0 else np.nan
    row = {"analysis": "planning", "estimand": "design_effect", "area": NATIONAL, "wave": wave}
    row |= {"group_a": ALL, "n_a": len(weights), "estimate": effect, "method": "kish"}
    return pd.DataFrame([row | {"rests_on": ((NATIONAL, wave, ALL, ""),)}])
