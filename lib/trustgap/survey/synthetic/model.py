"""The law behind a synthetic survey: the mean of every answer, set so that published figures are met."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from trustgap.survey.synthetic.people import item_table, kinds, respondents, stream


@dataclass(frozen=True)
class World:
    """A survey of which everything is known.

    Attributes
    ----------
    areas, waves, groups : list of str
        Ids, in the order of the axes of `mean`.
    teams : dict of str to str
        The team that each group is, where it is one.
    items : DataFrame, indexed by item
        ``block scale team decision factor_class top_from low_to numeric`` as the questionnaire has them.
    cuts : ndarray, shape (items, categories - 1)
        Thresholds on the latent scale.
    mean : ndarray, shape (areas, waves, groups, items)
        Latent means; infinite where everybody gives the highest answer.
    respondents : DataFrame, one row per respondent
        ``area wave group`` as positions on the axes, ``role`` as text.
    kind : ndarray of int8, shape (respondents, items)
        Positions in `synthetic_people.KINDS`; 0 is an answer.
    spread : Series, indexed by item
        Standard deviation between areas on the latent scale.
    comparable : dict of str to list of str
        Waves that may be compared, for items whose wording changed.
    model : dict
        The settings that all this was made from.
    """

    areas: list[str]
    waves: list[str]
    groups: list[str]
    teams: dict[str, str]
    items: pd.DataFrame
    cuts: np.ndarray
    mean: np.ndarray
    respondents: pd.DataFrame
    kind: np.ndarray
    spread: pd.Series
    comparable: dict[str, list[str]]
    model: dict


def build(folder: str | Path, *, seed: int | None = None) -> World:
    """Draw areas and respondents, then set the means so that the published figures are met.

    Parameters
    ----------
    folder : path
        Holds ``questionnaire.yaml``, ``areas.csv`` and ``model.yaml``.
    seed : int, optional
        Starts the random numbers; default: the one in ``model.yaml``.

    Returns
    -------
    World
        The same for the same files and seed.

    Raises
    ------
    ValueError
        If a published figure cannot be met by moving the means of its cells.
    """
    folder = Path(folder)
    asked = yaml.safe_load((folder / "questionnaire.yaml").read_text(encoding="utf-8"))
    model = yaml.safe_load((folder / "model.yaml").read_text(encoding="utf-8"))
    areas = pd.read_csv(folder / "areas.csv", dtype=str)["code"].tolist()
    waves, groups = ([row["id"] for row in asked[axis]] for axis in ("waves", "groups"))
    seed = model["seed"] if seed is None else seed
    items = item_table(asked)
    cuts = np.array([model["thresholds"][scale] for scale in items["scale"]])
    people = respondents(model, areas=areas, waves=waves, groups=groups, seed=seed)
    kind = kinds(people, items, model, asked["teams"], areas=areas, groups=groups, seed=seed)
    mean = _means(model, items, cuts, areas=areas, waves=waves, groups=groups)
    mean = _with_areas(mean, model, items, people, areas=areas, seed=seed)
    deviations = {item: row["sd"] for row in model["spread"] for item in row["items"]}
    world = World(
        areas=areas,
        waves=waves,
        groups=groups,
        teams={row["id"]: row["team"] for row in asked["groups"] if row.get("team")},
        items=items,
        cuts=cuts,
        mean=mean,
        respondents=people,
        kind=kind,
        spread=pd.Series(deviations, dtype=float).reindex(items.index, fill_value=0.0),
        comparable={row["item"]: row["waves"] for row in asked.get("comparability", [])},
        model=model,
    )
    return _calibrated(world)


def probabilities(mean: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Give the exact probability of every category of a normal variable of variance 1, cut at thresholds.

    Parameters
    ----------
    mean : ndarray, shape (..., items)
        Latent means.
    cuts : ndarray, shape (items, categories - 1)
        Ascending thresholds.

    Returns
    -------
    ndarray, shape (..., items, categories)
        Sums to 1 over the last axis.

    Examples
    --------
    >>> probabilities(np.array([0.0]), np.array([[0.0]])).tolist()
    [[0.5, 0.5]]
    """
    below = ndtr(cuts - mean[..., None])
    edge = np.zeros((*below.shape[:-1], 1))
    return np.diff(np.concatenate([edge, below, edge + 1], axis=-1), axis=-1)


def valid(world: World) -> np.ndarray:
    """Count the valid answers of every cell.

    Parameters
    ----------
    world : World
        Of which `respondents` and `kind` are used.

    Returns
    -------
    ndarray of int, shape (areas, waves, groups, items)
        The bases on which expectations rest.
    """
    shape = (len(world.areas), len(world.waves), len(world.groups))
    cell = np.ravel_multi_index(world.respondents[["area", "wave", "group"]].to_numpy().T, shape)
    counts = [np.bincount(cell[column == 0], minlength=int(np.prod(shape))) for column in world.kind.T]
    return np.stack(counts, axis=-1).reshape(*shape, -1)


def _means(
    model: dict, items: pd.DataFrame, cuts: np.ndarray, *, areas: list, waves: list, groups: list
) -> np.ndarray:
    mean = np.zeros((len(areas), len(waves), len(groups), len(items)))
    position = {item: j for j, item in enumerate(items.index)}
    time = np.linspace(0, 1, len(waves)) - waves.index(model["published_wave"]) / max(len(waves) - 1, 1)
    for item, shares in model["shares"].items():
        threshold = cuts[position[item], items["top_from"][item] - 2]
        for group, share in shares.items():
            mean[:, :, groups.index(group), position[item]] = threshold + ndtri(share)
    for row in model["trends"]:
        for group in row["groups"]:
            mean[:, :, groups.index(group), position[row["item"]]] += row["change"] * time
    for row in model["wording"]:
        mean[:, [waves.index(wave) for wave in row["waves"]], :, position[row["item"]]] += row["shift"]
    return mean


def _with_areas(
    mean: np.ndarray, model: dict, items: pd.DataFrame, people: pd.DataFrame, *, areas: list, seed: int
) -> np.ndarray:
    """Add what areas differ by, and let everybody agree where the model says so."""
    mean, position = mean.copy(), {item: j for j, item in enumerate(items.index)}
    place = np.ravel_multi_index(people[["area", "wave", "group"]].to_numpy().T, mean.shape[:3])
    weight = np.bincount(place, minlength=int(np.prod(mean.shape[:3]))).reshape(len(areas), -1)
    weight = weight / weight.sum(axis=0)
    for row in model["spread"]:
        drawn = stream(seed, f"spread {row['items'][0]}").standard_normal(len(areas))
        # Not higher or lower where more people of some group answered in some wave: otherwise the country
        # as a whole would seem to change, or its groups to differ, where no area and no group does.
        even = drawn - weight @ np.linalg.lstsq(weight, drawn, rcond=None)[0]
        own = row["sd"] * even * np.sqrt((drawn**2).sum() / (even**2).sum())
        for item in row["items"]:
            mean[..., position[item]] += own[:, None, None]
    for area, special in model["hard_areas"].items():
        for item in special.get("everybody_agrees", []):
            mean[areas.index(area), ..., position[item]] = np.inf
    return mean


def _calibrated(world: World) -> World:
    """Shift the means so that the expectation over the respondents meets every published figure."""
    position = {item: j for j, item in enumerate(world.items.index)}
    wave = world.waves.index(world.model["published_wave"])
    base, mean = valid(world)[:, wave], world.mean.copy()
    for row in world.model["published"]:
        j, groups = position[row["item"]], [world.groups.index(group) for group in row["groups"]]
        score = _scores(row["statistic"], world.items.loc[row["item"]], world.cuts.shape[1] + 1)
        weight = base[:, groups, j] / base[:, groups, j].sum()
        start = mean[:, wave, groups, j]

        def miss(shift, *, j=j, start=start, score=score, weight=weight, aim=row["value"]):
            law = probabilities((start + shift)[..., None], world.cuts[[j]])[..., 0, :]
            return float((weight * (law @ score)).sum()) - aim

        if miss(-4) * miss(4) > 0:
            raise ValueError(
                f"{row['finding']}: no shift of {row['item']} gives {row['statistic']} {row['value']}; "
                "give a figure between the extremes of its scale, or fewer areas in which everybody agrees"
            )
        mean[:, :, groups, j] += brentq(miss, -4, 4, xtol=1e-13)
    for row in world.model["same_law"]:
        (group, item), (like, other) = row["cell"], row["as"]
        source = mean[:, :, world.groups.index(like), position[other]]
        mean[:, :, world.groups.index(group), position[item]] = source
    return replace(world, mean=mean)


def _scores(statistic: str, item: pd.Series, k: int) -> np.ndarray:
    score = np.arange(1, k + 1)
    if statistic == "mean":
        return score.astype(float)
    return (score >= item["top_from"] if statistic == "top2_share" else score <= item["low_to"]).astype(float)
