"""Sentences about planning: how many answers it takes, and what the answers at hand could show."""

import numpy as np
import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    NOTHING,
    Findings,
    Sentence,
    known,
    listed,
    lower_first,
    require,
)
from trustgap.stats.counts import NATIONAL


def share(needed: Shown, areas: Shown) -> Sentence:
    """Say how many answers it takes to know a share, and how many the areas have.

    Parameters
    ----------
    needed : Shown
        Rows ``answers_needed`` of `trustgap.stats.plan.plans.needed`.
    areas : Shown
        Rows of `trustgap.stats.plan.plans.by_area`.

    Returns
    -------
    Sentence
        Areas whose number is hidden are left out, and counted.
    """
    require(needed)
    five, ten = (_needed(needed, "half_width", points) for points in ("5 points", "10 points"))
    text = (
        f"To know a share within 5 points either way takes {five.estimate_text} answers, and within "
        f"10 points {ten.estimate_text}, whatever the share."
    )
    local = known(_local(areas, "respondents")).frame
    if not len(local):
        return Sentence(text)
    enough = int(local["n_a"].ge(five.estimate).sum())
    if len(local) == 1:
        row = local.iloc[0]
        return Sentence(f"{text} {row.area_label} had {row.n_a:,.0f} in {row.wave_label}.")
    text += (
        f" In {local['wave_label'].iloc[0]}, {enough or 'none'} of {len(local)} areas that can be shown had "
    )
    return Sentence(
        f"{text}{five.estimate_text} respondents or more; the median area had {_middle(local).n_a:,.0f}."
    )


def comparisons(needed: Shown) -> Sentence:
    """Say how many answers it takes to see a difference, and to show that there is none.

    Parameters
    ----------
    needed : Shown
        Rows ``answers_needed`` of `trustgap.stats.plan.plans.needed`.

    Returns
    -------
    Sentence
        Answers in each of the two groups or waves.
    """
    require(needed)
    ten, alike = (_needed(needed, goal, "10 points") for goal in ("smallest_gap", "smallest_margin"))
    theta = next(needed.where(item="theta").frame.itertuples())
    return Sentence(
        "To see a difference of 10 points between two groups or two waves with 80% probability takes "
        f"{ten.estimate_text} answers in each ({theta.estimate_text} for a {theta.target}); to show that two "
        f"are alike within 10 points takes {alike.estimate_text} in each."
    )


def weighting(design: Shown, needed: Shown) -> Sentence:
    """Say how many more answers weighted results need.

    Parameters
    ----------
    design : Shown
        The row ``design_effect``.
    needed : Shown
        Rows ``answers_needed`` of `trustgap.stats.plan.plans.needed`.

    Returns
    -------
    Sentence
        Also where the weights do not differ.
    """
    require(design)
    row = known(design).frame
    if not len(row):
        return Sentence("How many more answers weighted results need is not known.")
    effect = row["estimate"].iloc[0]
    if effect <= 1:
        return Sentence("All respondents weigh the same, so weighted results need no more answers.")
    equal = _needed(needed, "half_width", "5 points")
    weighted = np.ceil(equal.estimate * effect)  # from the numbers shown, so that a reader finds it again
    return Sentence(
        f"Weighted results of all areas together need more: with the design effect "
        f"{row['estimate_text'].iloc[0]} of this survey's weights, {weighted:,.0f} answers do what "
        f"{equal.estimate_text} do without."
    )


def visible(areas: Shown) -> Findings:
    """Say what the median area, and all areas together, could have seen.

    Parameters
    ----------
    areas : Shown
        Rows of `trustgap.stats.plan.plans.by_area`.

    Returns
    -------
    Findings
        Goal by goal, the median of the areas that can be shown, then the whole; one sentence where the survey
        has one area.
    """
    require(areas)
    local = _parts({goal: known(_local(areas, goal)).frame for goal in WORDS})
    every = _parts({goal: known(areas.where(area=NATIONAL, estimand=goal)).frame for goal in WORDS})
    one = len(set(areas.without(area=NATIONAL).frame["area"])) == 1
    said = {} if one else {"In the median area": local}
    said["With all answers" if one else "In all areas together"] = every
    return Findings(
        Sentence(f"{start} {_said(parts)}." if parts else NOTHING) for start, parts in said.items()
    )


WORDS = {
    "half_width": "a share is known within {size} either way",
    "smallest_gap": "{size} between {a} and {b}",
    "smallest_change": "{size} from {waves}",
}
"""How a goal is put into a sentence."""


def headline(areas: Shown) -> Sentence:
    """Name the precision that the median area reaches.

    Parameters
    ----------
    areas : Shown
        Rows of `trustgap.stats.plan.plans.by_area`.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(areas)
    local = known(_local(areas, "half_width")).frame
    if not len(local):
        return Sentence("Precision grows with the root of the number of answers")
    row = _middle(local)
    name = row.area_label if len(local) == 1 else "Median area"
    return Sentence(f"{name}: a share is known within {row.estimate_text}")


def marks(areas: Shown) -> dict[str, float]:
    """Give the numbers of answers to mark in the chart.

    Parameters
    ----------
    areas : Shown
        Rows of `trustgap.stats.plan.plans.by_area`.

    Returns
    -------
    dict of str to float
        The median area, or the only one; all areas together.
    """
    require(areas)
    local = known(_local(areas, "respondents")).frame
    if not len(local):
        return {}
    if len(local) == 1:
        return {local["area_label"].iloc[0]: float(local["n_a"].iloc[0])}
    whole = known(areas.where(area=NATIONAL, estimand="respondents")).frame
    return {"Median area": float(_middle(local).n_a)} | {
        row.area_label: float(row.n_a) for row in whole.itertuples()
    }


def _needed(needed: Shown, goal: str, precision: str) -> object:
    return next(needed.where(item=goal, target=precision).frame.itertuples())


def _local(areas: Shown, estimand: str) -> Shown:
    return areas.without(area=NATIONAL).where(estimand=estimand)


def _middle(rows: pd.DataFrame) -> object:
    """Take the row in the middle of the shown values; of two, the one that promises less."""
    few_first = rows.assign(
        least=rows["estimate"].where(rows["estimand"].eq("respondents"), -rows["estimate"])
    )
    ordered = few_first.sort_values("least", kind="stable")
    return next(ordered.iloc[[(len(ordered) - 1) // 2]].itertuples())


def _parts(goals: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Put the middle value of every goal that has one into words."""
    said = {}
    for goal, rows in goals.items():
        if not len(rows):
            continue
        row = _middle(rows)
        named = {"a": lower_first(row.group_a_label), "b": lower_first(row.group_b_label)}
        said[goal] = WORDS[goal].format(size=row.estimate_text, waves=row.wave_label, **named)
    return said


def _said(parts: dict[str, str]) -> str:
    sizes = [text for goal, text in parts.items() if goal != "half_width"]
    seen = f"a difference is seen with 80% probability if it is at least {listed(sizes)}" if sizes else ""
    return "; ".join(text for text in (parts.get("half_width", ""), seen) if text)
