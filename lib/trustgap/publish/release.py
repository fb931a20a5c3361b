"""A finished run is released: held against earlier releases, audited, put on record, and put in place."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from trustgap.batch import keys, released, status
from trustgap.batch.plan import PlanError
from trustgap.batch.run import Prepared
from trustgap.publish import audited, copying, manifest, refused
from trustgap.publish.refused import Refused
from trustgap.publish.run import INDEX, Run, made
from trustgap.record import fresh, ledger, releases
from trustgap.record.asked import Asked
from trustgap.record.lock import Lock
from trustgap.report.earlier import entry
from trustgap.survey import folder
from trustgap.survey.folder import Survey
from trustgap.survey.key import Key


def release(asked: Asked, *, to: Path) -> dict:
    """Publish a finished run.

    Parameters
    ----------
    asked : Asked
        The survey, and the outputs in which its run lies; what of it was run is found there.
    to : Path
        Folder to make.

    Returns
    -------
    dict
        The manifest, as `manifest.manifest` gives it.

    Raises
    ------
    Refused
        If it must not be published; nothing was made then.
    PlanError, SurveyError
        If what is asked for has a fault.
    Locked
        If a run writes to the outputs, or another release of the survey is being made.
    """
    # First of all: where the folder has a fault, nothing must be made beside it.
    survey = folder.load(asked.survey, answers=asked.answers)
    _may_be_made(to, asked)
    with ExitStack() as held:
        held.enter_context(Lock(asked.outputs))
        record = released.place(asked)
        held.enter_context(Lock(record.parent, name=f"{record.stem}.lock"))
        try:
            asked = _as_run(asked, survey)
            run = made(_fresh(asked))
            found = run.against(released.entries(asked, run.ready.places.home.name))
            if len(found):
                raise Refused(f"{refused.together(found)}.\n{refused.REMEDY}")
            if behind := status.behind(run.ready):
                raise Refused(refused.behind(behind))
            return _publish(run, to, record)
        except releases.Broken as error:
            raise Refused(refused.damaged(error)) from None


def _may_be_made(to: Path, asked: Asked) -> None:
    """Refuse folders in which pages would get lost, or come to lie with answers."""
    if to.exists() or to.is_symlink():
        raise PlanError(f"--to {to}: it is there already, and no release replaces another; name a new folder")
    for path in (asked.outputs, *asked.homes):
        inside = path if path.is_dir() else path.parent
        if to.resolve().is_relative_to(inside.resolve()):
            raise PlanError(f"--to {to}: it would lie in {inside}, which is private; name a folder elsewhere")


def _as_run(asked: Asked, survey: Survey) -> Asked:
    """Find out what the run was asked for whose pages lie there."""
    one = replace(asked, **copying.recorded(asked.outputs / survey.questionnaire.survey)["asked"])
    if _all_there(one, survey.key):
        return one
    raise Refused(
        f"{asked.outputs} does not hold all that a run of {asked.survey} would make now. Run the survey, see "
        "that no page fails, and release then; trustgap status says what is not as it should be."
    )


def _all_there(asked: Asked, key: Key) -> bool:
    """Say whether what lies there is, byte by byte, what a run left that read what there is now."""
    return fresh.nothing_to_do(asked, seal=key.of) is not None


def _fresh(asked: Asked) -> Prepared:
    """Read and measure the survey, and make sure that every page is what would be made of it now."""
    ready = Prepared(asked)
    pages = status.pages(ready)
    if not pages["state"].eq("fresh").all():
        raise Refused(f"{status.describe(pages)}\nRun the survey again, and release then.")
    return ready


def _publish(run: Run, to: Path, record: Path) -> dict:
    """Copy, audit, put on record, and put in place, in this order."""
    home, secret = run.ready.places.home, run.standing.key
    name = f"{home.name}-{len(releases.read(record, key=secret)) + 1}"
    names, facts = copying.files(home), _facts(run, name)
    with copying.aside(to) as part:
        copying.copy(home, part, names)
        pages = manifest.by_page(run.rows[run.rows["notebook"].ne(INDEX)], run.standing.cells)
        passed = audited.audit(part, survey=run.ready.asked.survey, answers=run.ready.asked.answers)
        described = manifest.manifest(facts, files=names, pages=pages, audited=passed)
        copying.write(part / manifest.NAME, manifest.text(described))
        if not _all_there(run.ready.asked, run.ready.key):
            raise Refused(
                "The survey or its pages changed meanwhile. Run the survey again, and release then."
            )
        kept = entry.of(run.standing, run.told, run.rows, release=name)
        line = {"what": released.RELEASED, **facts, "entry": entry.written(kept)}
        try:
            # On record first: pages that nobody knows of could not be held against later ones.
            releases.append(record, line, key=secret)
            # Not earlier: it tells that the record knows of this release.
            review = manifest.text(manifest.review(described, pages)).decode()
            ledger.replace(home / released.REVIEW, review)
            copying.put_in_place(part, to)
        except BaseException:
            if part.exists() and name in {one["release"] for one in releases.read(record, key=secret)}:
                back = {"what": released.TAKEN_BACK, "survey": home.name, "release": name}
                releases.append(record, back, key=secret)
            raise
    return described


def _facts(run: Run, name: str) -> dict:
    """Say which release this is, and by which rules and program."""
    return {
        "release": name,
        "survey": run.ready.places.home.name,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "trustgap": version("trustgap"),
        "library": keys.library(),
        "policy": sha256(run.ready.release.facts["policy"].encode()).hexdigest(),
    }
