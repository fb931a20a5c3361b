"""What a simulated world is, how it is run in batches, and how its rates are judged."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd

SEED = 20190
BATCH = 2000
EXCEPTIONS = Path(__file__).with_name("exceptions.csv")

PROMISED = {
    "coverage": 0.95,
    "coverage at 90%": 0.90,
    "joint coverage": 0.95,
    "error rate": 0.05,
    "error rate of a family": 0.05,
    "false findings among findings": 0.10,
    "outside 99.8% limits": 0.002,
    "power": 0.80,
}
"""The rate that each kind of check promises."""

SIDES = ("equal", "at least", "at most")


@dataclass(frozen=True)
class Check:
    """One promise: of which method, of what kind, and whether the rate may lie on one side of it."""

    method: str
    what: str
    side: str = "equal"

    def __post_init__(self):
        assert self.what in PROMISED, self.what
        assert self.side in SIDES, self.side


@dataclass(frozen=True)
class World:
    """A world in which the truth is known.

    `draw` takes a random generator and a number of repetitions; it gives for every check one value per
    repetition (kept or not; or the share of several that were), and the width of its interval or NaN.
    """

    name: str
    draw: Callable[[np.random.Generator, int], dict[str, tuple[np.ndarray, object]]]
    checks: dict[str, Check]
    fast: int
    long: int

    @property
    def scenarios(self) -> list[str]:
        return [f"{self.name}: {check}" for check in self.checks]


WORLDS: dict[str, World] = {}


def world(name: str, *, fast: int = BATCH, long: int = 20_000, **checks: Check):
    """Register the world that a function draws; `_` in the name of a check is read as a space."""

    def register(draw):
        assert name not in WORLDS, f"{name} is there twice"
        named = {check.replace("_", " "): spec for check, spec in checks.items()}
        WORLDS[name] = World(name, draw, named, fast, long)
        return draw

    return register


@dataclass(frozen=True)
class Rate:
    """What was found of one check, and what is expected of it."""

    scenario: str
    check: Check
    repetitions: int
    rate: float
    width: float
    error: float
    exception: pd.Series | None

    @property
    def promised(self) -> float:
        return PROMISED[self.check.what]

    @property
    def expected(self) -> float:
        return self.promised if self.exception is None else float(self.exception["expected"])

    @property
    def band(self) -> tuple[float, float]:
        """Three Monte-Carlo errors on either side; open on the side where a method may be cautious."""
        low, high = self.expected - 3 * self.error, self.expected + 3 * self.error
        side = self.check.side if self.exception is None else "equal"
        return (0.0 if side == "at most" else low), (1.0 if side == "at least" else high)

    @property
    def kept(self) -> bool:
        low, high = self.band
        return low <= self.rate <= high


def simulate(world: World, repetitions: int, *, seed: int = SEED) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Run a world in batches, each with its own stream, so that more repetitions extend fewer."""
    size = min(world.fast, BATCH)
    parts = []
    for batch in range(-(-repetitions // size)):
        rng = np.random.default_rng([seed, crc32(world.name.encode()), batch])
        parts.append(world.draw(rng, size))
    found = {}
    for check in world.checks:
        kept = np.concatenate([np.asarray(part[check][0]) for part in parts])[:repetitions]
        width = np.concatenate([np.broadcast_to(part[check][1], size) for part in parts])[:repetitions]
        found[check] = kept, width.astype(float)
    return found


def rates(world: World, repetitions: int, *, seed: int = SEED) -> list[Rate]:
    """Run a world and give the rate of every check with what is expected of it."""
    known = exceptions()
    listed = []
    for check, (kept, width) in simulate(world, repetitions, seed=seed).items():
        scenario, spec = f"{world.name}: {check}", world.checks[check]
        exception = known.loc[scenario] if scenario in known.index else None
        expected = PROMISED[spec.what] if exception is None else float(exception["expected"])
        error = np.sqrt(expected * (1 - expected) / len(kept))
        if kept.dtype != bool:
            # Several intervals or areas of one repetition share its answers.
            error = kept.std(ddof=1) / np.sqrt(len(kept))
        some = width[~np.isnan(width)]
        mean_width = float(some.mean()) if len(some) else np.nan
        listed.append(
            Rate(scenario, spec, len(kept), float(kept.mean()), mean_width, float(error), exception)
        )
    return listed


@cache
def exceptions() -> pd.DataFrame:
    """Read the checks whose rate is known to be another than promised, with reason and source."""
    known = pd.read_csv(EXCEPTIONS).set_index("scenario")
    assert known.index.is_unique
    return known


def within(rows: pd.DataFrame, truth: object) -> np.ndarray:
    """Say which intervals contain the truth."""
    return (rows["conf_low"].to_numpy() <= truth + 1e-12) & (rows["conf_high"].to_numpy() >= truth - 1e-12)


def width(rows: pd.DataFrame) -> np.ndarray:
    """Give the widths of intervals."""
    return (rows["conf_high"] - rows["conf_low"]).to_numpy()
