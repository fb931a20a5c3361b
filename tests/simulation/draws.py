"""Answers drawn from a known law, as counts or as respondents, one area for each repetition."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.counts import MISSING

KINDS = dict.fromkeys(MISSING, 0)


def items(*names, k=5, top_from=4, low_to=2, **columns) -> pd.DataFrame:
    """Describe items as the questionnaire does."""
    base = {
        "team": "",
        "block": "trust",
        "scale": "s",
        "k": k,
        "top_from": top_from,
        "low_to": low_to,
        "numeric": False,
        "decision": "",
        "factor_class": "",
        "label": "",
        "text": "",
        "source": "",
    }
    return pd.DataFrame(base | columns, index=list(names))


def cells(table: np.ndarray, **names) -> pd.DataFrame:
    """Make a frame of counts from an array of cells by score."""
    table = np.asarray(table)
    named = {"area": "X", "wave": "1", "group": "g", "item": "q"} | names
    scores = pd.DataFrame(table, columns=range(1, table.shape[1] + 1))
    return pd.concat([pd.DataFrame(named, index=scores.index), scores], axis=1).assign(**KINDS)


def areas(count: int) -> np.ndarray:
    """Name so many areas in an order that sorting keeps."""
    return np.char.add("X", np.char.zfill(np.arange(count).astype(str), 6)).astype(object)


def yes_no(hits: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Turn positive answers and bases into counts of a two-point item."""
    hits, n = np.broadcast_arrays(hits, n)
    return np.stack([n - hits, hits], axis=-1)


def theta_of(p: np.ndarray, q: np.ndarray) -> float:
    """Work out P(X > Y) + P(X = Y) / 2 of two laws."""
    p, q = np.asarray(p, float), np.asarray(q, float)
    return float((p * (np.cumsum(q) - q / 2)).sum())


def alike(rng: np.random.Generator, shape: tuple[int, int], share: np.ndarray, rho: float) -> np.ndarray:
    """Draw yes/no answers of respondents whose answers to several items go together.

    A normal deviate of the respondent's own, of variance rho, is added to one for each item.
    """
    own = rng.standard_normal((*shape, 1)) * np.sqrt(rho)
    latent = own + rng.standard_normal((*shape, len(share))) * np.sqrt(1 - rho)
    return latent < stats.norm.ppf(share)
