"""Surveys in which some people answer in every wave: answers whose truth is known, for simulations."""

import numpy as np
import pandas as pd
from scipy import stats


def survey(
    rng: np.random.Generator,
    *,
    reps: int,
    sizes: dict[str, list[int]],
    shares: dict[str, list[float]],
    rho: float = 0.5,
    linked: float = 0.5,
) -> pd.DataFrame:
    """Draw the same survey many times, each time as an area of its own.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    reps : int
        How many surveys.
    sizes : dict of str to list of int
        Respondents of each group in each wave.
    shares : dict of str to list of float
        True share of answer 2 (against 1) of each group in each wave.
    rho : float
        Correlation, between waves, of what lies behind one person's answers.
    linked : float
        The part of a group's smallest wave that answers in every wave; the others answer once.

    Returns
    -------
    DataFrame
        The canonical frame with the item ``q``: ``respondent area wave group q``, waves "1", "2", ....
    """
    frames = []
    for group, counts in sizes.items():
        stay = round(linked * min(counts))
        kept = rng.standard_normal((reps, stay))
        for wave, (n, share) in enumerate(zip(counts, shares[group], strict=True), start=1):
            person = np.concatenate([kept, rng.standard_normal((reps, n - stay))], axis=1)
            behind = np.sqrt(rho) * person + np.sqrt(1 - rho) * rng.standard_normal((reps, n))
            area, place = np.divmod(np.arange(reps * n), n)
            own = np.where(place < stay, 0, wave)
            frames.append(
                pd.DataFrame(
                    {
                        "respondent": (area * 1000 + place) * 10 + own,
                        "area": area,
                        "wave": str(wave),
                        "group": group,
                        "q": np.where(behind.ravel() < stats.norm.ppf(share), 2, 1),
                    }
                )
            )
    answers = pd.concat(frames, ignore_index=True)
    return answers.assign(
        respondent=answers["group"] + answers["respondent"].astype(str),
        area="A" + answers["area"].astype(str).str.zfill(5),
    )
