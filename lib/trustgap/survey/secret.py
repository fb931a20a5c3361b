"""The key beside a survey's answers, and digests that tell nothing to those who do not have it."""

import contextlib
import errno
import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

NAME = "trustgap.key"
"""What the file is called; whoever has it and a page can test guesses about answers, so it stays private."""

FORM = re.compile(rb"[0-9a-f]{64}\n?")


def key(folder: str | Path) -> bytes:
    """Give the key of a survey, and make one where there is none.

    Parameters
    ----------
    folder : str or Path
        Where the answers lie. The key lies beside them, so that it goes with them to other machines; where
        the folder cannot be written to, in the user's own folder for state.

    Returns
    -------
    bytes
        32 of them, drawn at random when first asked for, then always the same.

    Raises
    ------
    OSError
        If there is a file in the key's place that is no key, or one that may not be read: another key
        would make everything that was made with the first look changed. Also if no key can be stored.

    Notes
    -----
    A plain SHA-256 of somebody's answers can be tried against every answer that they could have given.
    With a key it cannot [1]_.

    References
    ----------
    .. [1] Krawczyk, H., Bellare, M. and Canetti, R. (1997). HMAC: keyed-hashing for message
       authentication. RFC 2104.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> key(folder) == key(folder), len(key(folder))
    (True, 32)
    """
    return _read(place(folder))


def place(folder: str | Path) -> Path:
    """Say where the key of a survey lies, and make one where there is none.

    Parameters
    ----------
    folder : str or Path
        As for `key`.

    Returns
    -------
    Path
        In the folder, or in the user's own folder for state.

    Raises
    ------
    OSError
        If there is no key and none can be stored.

    Examples
    --------
    >>> import tempfile
    >>> place(tempfile.mkdtemp()).name
    'trustgap.key'
    """
    path = found(folder)
    if path:
        return path
    beside, own = _places(folder)
    try:
        # A folder that is marked as read-only is left alone, also by those who may write everywhere.
        if not Path(folder).stat().st_mode & 0o222:
            raise PermissionError(errno.EACCES, "the folder is read-only", str(folder))
        _make(beside)
    except OSError:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(own)
        return own
    return beside


def found(folder: str | Path) -> Path | None:
    """Say where the key of a survey lies, if there is one.

    Parameters
    ----------
    folder : str or Path
        As for `key`.

    Returns
    -------
    Path or None
        In the folder, or else in the user's own folder for state.

    Examples
    --------
    >>> import tempfile
    >>> found(tempfile.mkdtemp()) is None
    True
    """
    return next((path for path in _places(folder) if os.path.lexists(path)), None)


def digest(key: bytes, data: bytes) -> str:
    """Digest data so that nobody without the key can test a guess at it.

    Parameters
    ----------
    key : bytes
        As `key` gives it.
    data : bytes
        Whatever may tell of answers.

    Returns
    -------
    str
        HMAC-SHA256, hexadecimal.

    Examples
    --------
    The second test case of RFC 4231:

    >>> digest(b"Jefe", b"what do ya want for nothing?")[:16]
    '5bdcc146bf60754e'
    """
    return hmac.digest(key, data, "sha256").hex()


def _places(folder: str | Path) -> tuple[Path, Path]:
    """Name the two places in which a key can lie."""
    home = Path(folder).resolve()
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:32]
    return home / NAME, _state() / "keys" / f"{mark}.key"


def _state() -> Path:
    """Find the user's own folder for what programs keep."""
    given = os.environ.get("XDG_STATE_HOME", "")
    # The specification of these folders has relative ones passed over.
    return (Path(given) if os.path.isabs(given) else Path.home() / ".local" / "state") / "trustgap"


def _make(path: Path) -> None:
    """Store a new key, unless another process has just done so."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, unlike a move, never takes the place of a key that somebody already uses.
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    """Read a key; whatever else lies in its place is refused, and never waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(path, flags), "rb") as file:
        plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        text = file.read(100) if plain else b""
        if plain and os.fstat(file.fileno()).st_mode & 0o077:
            # A copy may have lost its mode on the way.
            with contextlib.suppress(OSError):
                path.chmod(0o600)
    if not FORM.fullmatch(text):
        what = "this is not a key of trustgap; put the former one back, or remove it to have all made anew"
        raise OSError(errno.EINVAL, what, str(path))
    return bytes.fromhex(text.decode())
