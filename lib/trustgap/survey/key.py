"""The key of a survey's hashes: it lies with the answers, and without it no hash tells anything of them.

Who knows all answers but one could try every value of that one against a hash that anybody can compute. So
each hash of answers that a run leaves is made with a key that nobody has who has not got the answers anyway.
"""

import errno
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from trustgap.survey import secret

NAME = secret.NAME
"""File beside the answers; it goes wherever they go, and never where pages go."""


@dataclass(frozen=True)
class Key:
    """Makes hashes that are of no use without it.

    Parameters
    ----------
    secret : bytes
        Never to be written anywhere but in its file.
    path : Path
        That file.
    beside : bool
        It lies beside the answers.
    """

    secret: bytes = field(repr=False)
    path: Path
    beside: bool

    def of(self, known: str) -> str:
        """Make a keyed hash of what somebody could guess.

        Parameters
        ----------
        known : str
            Such as a hash without a key.

        Returns
        -------
        str
            HMAC-SHA256, hexadecimal.

        Examples
        --------
        >>> Key(b"k" * 32, Path(NAME), True).of("a guess")[:16]
        '25aadef375dd97a9'
        """
        return hmac.new(self.secret, known.encode(), hashlib.sha256).hexdigest()

    def of_files(self, paths: Iterable[Path]) -> str:
        """Make a keyed hash of some files, in their order.

        Parameters
        ----------
        paths : iterable of Path
            The files.

        Returns
        -------
        str
            As `of` gives it.
        """
        total = hmac.new(self.secret, digestmod=hashlib.sha256)
        for path in paths:
            content = path.read_bytes()
            # Each is preceded by its length, so that nothing can move from one to the next.
            total.update(len(content).to_bytes(8, "big"))
            total.update(content)
        return total.hexdigest()


def home(folder: Path, answers: Path | None) -> Path:
    """Name the folder in which the answers, and so the key, lie.

    Parameters
    ----------
    folder : Path
        Of the survey.
    answers : Path, optional
        Answers file, or folder with the survey's files, where they lie elsewhere.

    Returns
    -------
    Path
        A folder.
    """
    if answers is None:
        return Path(folder)
    return Path(answers) if Path(answers).is_dir() else Path(answers).parent


def find(at: Path) -> Key | None:
    """Read the key of a survey.

    Parameters
    ----------
    at : Path
        Folder in which the answers lie.

    Returns
    -------
    Key or None
        None where there is none yet.

    Raises
    ------
    ValueError
        If its file holds something else.
    OSError
        If it may not be read: with another key all that was made with it would look changed.
    """
    path = secret.found(at)
    return _at(path, at) if path else None


def ensure(at: Path) -> Key:
    """Read the key of a survey, or make one where there is none.

    Parameters
    ----------
    at : Path
        Folder in which the answers lie. If it may not be written, the key is kept in the folder for the
        state of one's own programs.

    Returns
    -------
    Key
        Every process that asks gets the same one.

    Raises
    ------
    ValueError
        If its file holds something else.
    OSError
        If it may not be read, or can be kept nowhere.
    """
    return _at(secret.place(at), at)


def _at(path: Path, folder: Path) -> Key:
    try:
        return Key(secret.key(folder), path, path.parent == Path(folder).resolve())
    except OSError as error:
        if error.errno == errno.EACCES:
            raise
        raise ValueError(path.name) from None
