"""Respondents that no reader may ever meet, and the search for them in every byte that a run leaves.

What is searched for are texts that stand nowhere but with these respondents. They are looked for as they are
and as programs write them: other encodings, escaped, in base64, hashed without a key; in files as they lie
there and unpacked, a table value by value.
"""

import base64
import contextlib
import gzip
import hashlib
import html
import json
import re
import urllib.parse
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pyarrow as pa

RESPONDENT = "Kanarie-7f3a91c2"
NAME = "Änne Zwölfboth-Kanarienvogel"
COMMENT = "My manager Thraxton-Quillfeather told me to discharge Mrs Ubbelohde early"
OTHER = "Only CMHT lead on Skokholm island"
CODE = "site-QX7741"
MAIL = "anne.zwoelfboth@kanarienvogel.example"
USER = "zwolfbotha"
"""Name of the user in whose home the survey lies."""

PLANTED = {
    "respondent": RESPONDENT,
    "name": NAME,
    "comment": COMMENT,
    "other": OTHER,
    "code": CODE,
    "mail": MAIL,
}
"""By the column that it is planted in."""

WORDS = {"the name's last word": "Kanarienvogel", "a word of the comment": "Thraxton", "another": "Ubbelohde"}
"""Parts that may be left where the whole is cut."""

LIMIT = 4
"""How often something that was packed is packed again."""

PACKED = re.compile(rb"[A-Za-z0-9+/=_-]{24,}")
ADDRESS = re.compile(rb"data:[^\"'\s>]+")


def plant(frame, *, area="X001"):
    """Add respondents to an area's answers: one of each group, with free text in columns of their own."""
    own = frame[frame["area"].eq(area)].groupby("group", observed=True).head(1).copy()
    own["respondent"] = [RESPONDENT if place == 0 else f"{RESPONDENT}-{place}" for place in range(len(own))]
    frame = pd.concat([frame, own], ignore_index=True)
    planted = frame["respondent"].astype(str).str.startswith(RESPONDENT)
    for column, text in PLANTED.items():
        if column != "respondent":
            frame[column] = [text if there else "as usual" for there in planted]
    return frame


def sought():
    """Give every text that is searched for, by what it is."""
    return PLANTED | WORDS


def forms(text):
    """Give the ways in which programs write a text, as bytes."""
    plain = text.encode("utf-8")
    codes = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
    found = {one.encode(code) for code in codes for one in (text, text.lower(), text.upper())}
    found |= {text.encode("latin-1", "ignore"), json.dumps(text)[1:-1].encode(), plain.hex().encode()}
    found |= {urllib.parse.quote(text).encode(), urllib.parse.quote_plus(text).encode()}
    found |= {
        html.escape(text).encode(),
        text.encode("ascii", "xmlcharrefreplace"),
        repr(plain)[2:-1].encode(),
    }
    for method in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(method, plain)
        found |= {
            digest.hexdigest().encode(),
            digest.digest(),
            base64.b64encode(digest.digest()).rstrip(b"="),
        }
    for offset in range(3):
        # What stands before and after it decides some of the first and last letters.
        found.add(base64.b64encode(bytes(offset) + plain)[4 if offset else 0 : -4])
    return {form.lower() for form in found if len(form) >= 4}


FORMS = {name: forms(text) for name, text in sought().items()}
USER_FORMS = {"the user's name": forms(USER)}


def inside(data, *, depth=0):
    """Give bytes, and whatever is packed in them, unpacked."""
    yield data
    if depth == LIMIT:
        return
    # What only looks like a packed file, after something else was undone, is none.
    with contextlib.suppress(
        *([ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error] * (depth > 0))
    ):
        for more in unpacked(data):
            if more and more != data:
                yield from inside(more, depth=depth + 1)


def unpacked(data):
    """Undo every way of packing that bytes may be in."""
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if data[:2] == b"PK":
        with zipfile.ZipFile(pa.BufferReader(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
            yield "\n".join(archive.namelist()).encode()
    if data[:4] == b"PAR1":
        yield table(pd.read_parquet(pa.BufferReader(data)))
    if data[:6] == b"ARROW1":
        with pa.ipc.open_file(pa.BufferReader(data)) as file:
            yield table(file.read_all().to_pandas())
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        yield from chunks(data)
    for address in ADDRESS.findall(data):
        yield urllib.parse.unquote_to_bytes(address)
    for text in PACKED.findall(data):
        yield decoded(text)
    if b"\\u" in data or b"&#" in data:
        text = data.decode("utf-8", "replace")
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda sign: chr(int(sign[1], 16)), html.unescape(text)).encode(
            "utf-8", "replace"
        )


def decoded(text):
    """Read a run of letters as base64, if it is that."""
    try:
        return base64.b64decode(text.translate(bytes.maketrans(b"-_", b"+/")) + b"==", validate=False)
    except ValueError:
        return b""


def table(frame):
    """Write every value of a table, and the names of its columns."""
    return "\n".join(map(str, [*frame.columns, *frame.to_numpy().ravel()])).encode()


def chunks(data):
    """Give the texts that are kept in a picture."""
    place = 8
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        if kind in (b"zTXt", b"iTXt"):
            start = body.find(b"\0\x00\x78") + 2 if kind == b"zTXt" else body.find(b"\x78", body.find(b"\0"))
            yield zlib.decompressobj().decompress(body[start:])
        place += size + 12


def hits(data, *, known=FORMS):
    """Name what of the planted is found in bytes, in any form, however it is packed."""
    found = set()
    for content in inside(data):
        lowered = content.lower()
        found |= {name for name, ways in known.items() if any(way in lowered for way in ways)}
    return found


def search(*homes, known=FORMS):
    """Name what is found in all files of some folders and in their names, by file."""
    found = {}
    for home in homes:
        for path in sorted(Path(home).rglob("*")):
            there = hits(path.relative_to(home).as_posix().encode(), known=known)
            if path.is_symlink():
                there |= hits(str(path.readlink()).encode(), known=known)
            elif path.is_file():
                there |= hits(path.read_bytes(), known=known)
            if there:
                found[path.relative_to(home).as_posix()] = sorted(there)
    return found
