"""What a run is asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """What a run is asked for.

    Parameters
    ----------
    survey : Path
        Survey folder.
    answers : Path, optional
        Answers file, or folder with the survey's files, where they do not lie in the survey folder.
    areas, notebooks : str
        What to render; see `batch.plan.choose_areas` and `choose_notebooks` there.
    outputs : Path
        Folder to write to.
    shard : tuple of int
        Which part of the areas, and of how many; the pages of the whole belong to no part.
    reuse : tuple of Path
        Outputs of other runs, such as of shards, from which pages are taken that are as they should be.
    force : bool
        Make every page anew.
    """

    survey: Path
    answers: Path | None = None
    areas: str = "all"
    notebooks: str = "all"
    outputs: Path = Path("outputs")
    shard: tuple[int, int] = (1, 1)
    reuse: tuple[Path, ...] = ()
    force: bool = False

    @property
    def homes(self) -> list[Path]:
        """Where the survey's files may lie."""
        return [self.survey, *([self.answers] if self.answers else [])]

    @property
    def selection(self) -> dict:
        """What of the request decides which pages there are."""
        return {"areas": self.areas, "notebooks": self.notebooks, "shard": list(self.shard)}
