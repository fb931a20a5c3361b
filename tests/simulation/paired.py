"""Two ratings by the same respondents: Bonett and Price's limits, McNemar's mid-p, the team trusted least."""

import numpy as np
import pandas as pd

from simulation.draws import areas, items
from simulation.registry import Check, width, within, world
from trustgap.stats.orders import paired

TEAMS = ("s", "t", "u", "v")
ITEMS = items(*(f"trust_{team}" for team in TEAMS), team=list(TEAMS))


def respondents(scores, repetitions, n, names):
    """Lay respondents out in the canonical frame, one area for each repetition."""
    frame = pd.DataFrame(scores.reshape(repetitions * n, len(names)), columns=list(names))
    return frame.assign(area=np.repeat(areas(repetitions), n), wave="1", group="g")


def related(rng, repetitions, n, cuts):
    """Draw five-point ratings of several teams that go together within respondents."""
    own = rng.standard_normal((repetitions, n, 1)) * np.sqrt(0.5)
    latent = own + rng.standard_normal((repetitions, n, cuts.shape[0])) * np.sqrt(0.5)
    return 1 + (latent[..., None] > cuts).sum(axis=-1)


ALIKE = np.tile([-1.2, -0.4, 0.3, 1.0], (4, 1))
APART = ALIKE + np.array([0.0, 0.5, 0.0, 0.0])[:, None]


def truth(cuts):
    """Work out from a very large sample how much more often the first team is rated higher."""
    drawn = related(np.random.default_rng(1), 1, 2_000_000, cuts[:2])[0]
    return float(np.sign(drawn[:, 0] - drawn[:, 1]).mean())


def dominance(name, n, cuts):
    null = name == "alike"
    extra = {"test": Check("McNemar mid-p", "error rate", "at most")} if null else {}
    true = 0.0 if null else truth(cuts)

    @world(
        f"dominance, two teams {name}, n {n}",
        coverage=Check("Bonett-Price", "coverage", "at least"),
        **extra,
    )
    def draw(rng, repetitions):
        answers = respondents(related(rng, repetitions, n, cuts[:2]), repetitions, n, ITEMS.index[:2])
        rows = paired.dominance(answers, ITEMS.iloc[:2], reference="trust_t")
        return {
            "coverage": (within(rows, true), width(rows)),
            "test": ((rows["p_value"] < 0.05).to_numpy(), np.nan),
        }


@world(
    "dominance over the team that came out lowest, four teams alike, n 40",
    family=Check("McNemar mid-p, Holm", "error rate of a family", "at most"),
)
def lowest(rng, repetitions):
    """The reference is chosen by the data, as on the page."""
    answers = respondents(related(rng, repetitions, 40, ALIKE), repetitions, 40, ITEMS.index)
    rows = paired.dominance(answers, ITEMS)
    called = rows["verdict"].isin(["higher", "lower"]).groupby(rows["area"]).any()
    return {"family": (called.to_numpy(), np.nan)}


for size in (8, 30):
    dominance("alike", size, ALIKE)
    dominance("apart", size, APART)
