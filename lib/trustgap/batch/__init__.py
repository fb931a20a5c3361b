"""The batch: plan, engine, run and index."""

# papermill loads the engines that packages offer, ours in `batch.warm`, while it is imported itself; so it
# has to come before any module of ours that builds on it.
import papermill  # noqa: F401
