"""Make synthetic evidence on barriers, and say which barriers are there."""

import numpy as np
import pandas as pd

from trustgap.survey.catalogue import interventions
from trustgap.survey.interventions import Catalogue
from trustgap.survey.synthetic.people import stream

COLUMNS = "area behaviour barrier kind level finding strength base item".split()
THIN = (2, 3)
"""Barriers, and pieces of evidence, of an area with a thin file."""

OF_STAFF = ("interviews", "survey")
"""Kinds of evidence that come from staff, and so from senior staff or the front line."""


def make(areas: pd.DataFrame, model: dict, *, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the evidence of a synthetic survey, and the truth behind it.

    In every area a barrier is there with a given chance. Each piece of evidence says so, or says the opposite
    at the rate of its strength, or says neither.

    Parameters
    ----------
    areas : DataFrame, indexed by code
        The areas.
    model : dict
        The section ``evidence`` of ``model.yaml``.
    seed : int
        Starts the random numbers, each area's its own.

    Returns
    -------
    evidence : DataFrame, one row per piece
        In the format of ``evidence.csv``; about one area in three has none.
    truth : DataFrame
        ``area barrier present`` (1 or 0), one row for each barrier of each area with evidence.

    Examples
    --------
    >>> import yaml
    >>> from trustgap.survey.catalogue import stored
    >>> model = yaml.safe_load((stored("demo") / "model.yaml").read_text(encoding="utf-8"))["evidence"]
    >>> evidence, truth = make(pd.DataFrame(index=["X001", "X004"]), model, seed=1)
    >>> sorted(set(evidence["area"])), bool(truth["present"].isin([0, 1]).all())
    (['X001'], True)
    """
    catalogue, rows, truths = interventions(), [], []
    for area in areas.index:
        draw = stream(seed, f"evidence {area}")
        special = model["hard_areas"].get(area, {})
        file = special.get("file", "none" if draw.random() < model["without_file"] else "full")
        if file == "none":
            continue
        found = _area(catalogue, model | special, draw, thin=file == "thin")
        rows += [{"area": area} | row for row in found[0]]
        truths += [{"area": area} | row for row in found[1]]
    # The same piece twice would be refused as a slip.
    evidence = pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(ignore_index=True)
    return evidence, pd.DataFrame(truths, columns=["area", "barrier", "present"])


def _area(
    catalogue: Catalogue, model: dict, draw: np.random.Generator, *, thin: bool
) -> tuple[list[dict], list[dict]]:
    """Make the pieces of one area, barrier by barrier in the order of the catalogue."""
    low, high = model["barriers"]
    many = THIN[0] if thin else int(draw.integers(low, high + 1))
    chosen = np.sort(draw.choice(len(catalogue.barriers), size=many, replace=False))
    pieces, truths = [], []
    for number, place in enumerate(chosen):
        barrier = catalogue.barriers.index[place]
        present = bool(draw.random() < model["present"])
        count = (
            THIN[1] - THIN[0] + 1 - number if thin else int(draw.integers(*np.add(model["pieces"], [0, 1])))
        )
        truths.append({"barrier": barrier, "present": int(present)})
        same = {"behaviour": catalogue.barriers.loc[barrier, "behaviour"], "barrier": barrier}
        items = list(catalogue.links.loc[catalogue.links["barrier"].eq(barrier), "item"])
        for kind in _kinds(model, draw, count):
            pieces.append(same | _piece(kind, items, model, draw, present=present))
    return pieces, truths


def _kinds(model: dict, draw: np.random.Generator, count: int) -> list[str]:
    """Draw kinds of evidence; the first three differ."""
    names, chance = list(model["kinds"]), np.array(list(model["kinds"].values()))
    first = list(draw.choice(names, size=min(count, 3), replace=False, p=chance / chance.sum()))
    return first + list(draw.choice(names, size=count - len(first), p=chance / chance.sum()))


def _piece(kind: str, items: list[str], model: dict, draw: np.random.Generator, *, present: bool) -> dict:
    strength = str(draw.choice(list(model["strength"]), p=list(model["strength"].values())))
    level = str(draw.choice(["front_line", "senior"])) if kind in OF_STAFF else ""
    chance = model["errs"][strength] + (model["senior_errs"] if level == "senior" and present else 0.0)
    says = present != bool(draw.random() < chance)
    finding = "supports" if says else "contradicts"
    if draw.random() < model["neither"]:
        finding = "neither"
    low, high = model["base"][kind]
    base, item = int(draw.integers(low, high + 1)), str(draw.choice(items)) if items else ""
    return {
        "kind": str(kind),
        "level": level,
        "finding": finding,
        "strength": strength,
        "base": base,
        "item": item if kind == "survey" else "",
    }
