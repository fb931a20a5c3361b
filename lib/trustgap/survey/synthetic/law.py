"""The exact law of synthetic answers, in every area or in the country as a whole."""

from dataclasses import dataclass

import numpy as np

from trustgap.survey.synthetic.model import World, probabilities, valid

ALL = "all"


@dataclass(frozen=True)
class View:
    """The law of the answers in every area, or in the country as a whole.

    Attributes
    ----------
    world : World
        Where it comes from.
    areas : list of str
        The areas, or ["national"].
    law : ndarray, shape (areas, waves, groups + 1, items, categories)
        Probabilities; the last group is everybody, mixed as they answered. Zero where nobody answered.
    base : ndarray, shape (areas, waves, groups + 1, items)
        Valid answers.
    positive : ndarray, shape (areas, waves, groups + 1, items)
        Share of positive answers; missing where nobody answered.
    pooled : bool
        Whether this is the country as a whole.
    """

    world: World
    areas: list[str]
    law: np.ndarray
    base: np.ndarray
    positive: np.ndarray
    pooled: bool

    def same(self, first: tuple, second: tuple) -> np.ndarray:
        """Say where two (wave, group, item) places have one law: per area, or in all areas."""
        equal = self.world.mean[:, *first] == self.world.mean[:, *second]
        return equal.all(axis=0, keepdims=True) if self.pooled else equal

    @property
    def groups(self) -> list[str]:
        """The staff groups, and everybody."""
        return [*self.world.groups, ALL]


def look(world: World, *, pooled: bool) -> View:
    """Work out the law of the answers in every area, or in the country as a whole.

    Parameters
    ----------
    world : World
        The law and the respondents.
    pooled : bool
        True: areas are mixed by their valid answers, so that values are expectations of pooled answers.

    Returns
    -------
    View
    """
    law, base = probabilities(world.mean, world.cuts), valid(world)
    if pooled:
        law, base = _mix(law, base, axis=0)
    everybody, total = _mix(law, base, axis=2)
    law = np.concatenate([law * (base > 0)[..., None], everybody], axis=2)
    base = np.concatenate([base, total], axis=2)
    top = np.arange(1, law.shape[-1] + 1) >= world.items["top_from"].to_numpy()[:, None]
    return View(
        world=world,
        areas=["national"] if pooled else world.areas,
        law=law,
        base=base,
        positive=np.where(base > 0, (law * top).sum(axis=-1), np.nan),
        pooled=pooled,
    )


def _mix(law: np.ndarray, base: np.ndarray, *, axis: int) -> tuple[np.ndarray, np.ndarray]:
    total = base.sum(axis=axis, keepdims=True)
    return (law * base[..., None]).sum(axis=axis, keepdims=True) / np.maximum(total, 1)[..., None], total


def theta(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Give P(X > Y) + P(X = Y) / 2 for two independent answers with known laws.

    Parameters
    ----------
    x, y : ndarray, shape (..., categories)
        Probabilities.

    Returns
    -------
    ndarray, shape (...)
        0.5 where neither tends to be higher.

    Examples
    --------
    >>> float(theta(np.array([0.0, 1.0]), np.array([0.5, 0.5])))
    0.75
    """
    return (x * (np.cumsum(y, axis=-1) - y / 2)).sum(axis=-1)


def rows(view: View, value, keep, null=False, *, wave: str | None = None, **labels: str) -> dict:
    """Set out one value per area and wave as rows of a table.

    Parameters
    ----------
    view : View
        Names the areas and waves.
    value, null : array-like
        Broadcast to the shape of `keep`.
    keep : ndarray of bool, shape (areas, waves)
        Which get a row.
    wave : str, optional
        Named in place of the waves when `keep` has one column.
    **labels : str
        Values of further columns.

    Returns
    -------
    dict of str to ndarray
        The columns ``area wave value is_null`` and the labels. No table yet: there are thousands of these.
    """
    waves = view.world.waves if wave is None else [wave]
    chosen = np.ravel(keep)
    columns = {
        "area": np.repeat(np.array(view.areas, dtype=object), len(waves))[chosen],
        "wave": np.tile(np.array(waves, dtype=object), len(view.areas))[chosen],
        "value": np.broadcast_to(value, keep.shape).ravel()[chosen],
        "is_null": np.broadcast_to(null, keep.shape).ravel()[chosen],
    }
    return columns | {name: np.full(chosen.sum(), label, dtype=object) for name, label in labels.items()}
