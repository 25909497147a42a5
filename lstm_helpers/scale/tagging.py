"""A part -> its tags in a file, and a note of them: what a worker does."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from lstm_helpers.data.tokens import TOKENISERS
from lstm_helpers.files.checkpoints import STATE
from lstm_helpers.files.reading import shorten
from lstm_helpers.models.saving import load_tagger
from lstm_helpers.models.trained import TrainedTagger
from lstm_helpers.prediction.streaming import write_line
from lstm_helpers.prediction.text import TaggedWord, find_entities, tag_texts
from lstm_helpers.scale.parts import Part, PartError, PartReader
from lstm_helpers.scale.storage import Folder, find_state, need, sha256_of

TAGGER = "tagger"  # the folder's own copy: what its results were made by
NOTES = "manifest"  # a note for each part that is done
ENDINGS = {  # of a part's result in each format
    "text": "txt",
    "conll": "conll",
    "jsonl": "jsonl",
    "spacy": "spacy.jsonl",
    "huggingface": "huggingface.jsonl",
    "parquet": "parquet",
}

Note = dict[str, Any]
_IN_A_NOTE = {
    **dict.fromkeys(("name", "path", "state", "sha256"), str),
    **dict.fromkeys(("lines", "words", "entities"), int),
}
_Add = Callable[[Sequence[str], Sequence[Sequence[TaggedWord]]], None]


def tag_part(part: Part, out: str, call: Mapping[str, Any]) -> Note:
    """Tag a part, unless that is done: by an earlier run, or in this one.

    Parameters
    ----------
    part : Part
    out : str
        A folder with a tagger in it: see :data:`TAGGER`.
    call : mapping
        ``format`` (a name in :data:`ENDINGS`), ``split`` (one in
        :data:`~lstm_helpers.data.TOKENISERS`) and ``field``; the same for all that is
        in the folder.

    Returns
    -------
    dict
        The note: the part, its sha256 and that of its result, and what was counted.
        ``done`` is False if the result was noted, there and whole. If the part cannot
        be read it has ``failed``, which says why, and there is no result.

    Raises
    ------
    OSError
        If the result cannot be written.
    """
    folder = Folder(out)
    name = f"{part.name}.{ENDINGS[call['format']]}"
    note = read_note(folder, f"{part.name}.json")
    if _is_of(note, part, call) and _checksum_of(folder, name) == note["sha256"]:
        return {**note, "done": False}
    tagger = _load(out, call["tagger"])
    reader = PartReader(part, call["field"])
    counts = dict.fromkeys(("lines", "words", "entities"), 0)
    try:
        with folder.write(name) as path:
            with _writer(call["format"], path) as add:
                for texts in reader:
                    tagged = tag_texts(tagger, texts, split=TOKENISERS[call["split"]])
                    add(texts, tagged)
                    counts["lines"] += len(texts)
                    counts["words"] += sum(map(len, tagged))
                    counts["entities"] += sum(
                        word.tag.startswith("B-") for words in tagged for word in words
                    )
            if find_state(part.path) != part.state:
                said = "it was changed while it was read; the same call tags it again"
                raise PartError(f"{part.path}: {said}")
            with path.open("rb") as file:
                sha256 = sha256_of(file)
    except PartError as error:
        return _fail(folder, part, name, str(error))
    except UnicodeEncodeError as error:  # JSON may hold what UTF-8 cannot
        got = shorten(repr(error.object[error.start : error.end]))
        said = f"got {got} in a text, wanted what UTF-8 can hold"
        return _fail(folder, part, name, f"{part.path}: {said}")
    note = {**asdict(part), "input_sha256": reader.sha256, "sha256": sha256, **counts}
    note["call"] = dict(call)
    with folder.write(f"{NOTES}/{part.name}.json") as path:
        path.write_text(json.dumps(note, sort_keys=True) + "\n", "ascii")
    return {**note, "done": True}


def _fail(folder: Folder, part: Part, result: str, reason: str) -> Note:
    """Say why a part has no result, and remove what it had before."""
    for name in (f"{NOTES}/{part.name}.json", result):
        folder.remove(name)
    return {"name": part.name, "failed": reason}


def read_note(folder: Folder, name: str) -> Note:
    """Read what was noted of a part.

    Parameters
    ----------
    folder : Folder
    name : str
        Of the note, below :data:`NOTES`.

    Returns
    -------
    dict
        Without anything in it if there is no note, or a damaged one.
    """
    try:
        note = json.loads(folder.read(f"{NOTES}/{name}") or b"")
    except (ValueError, RecursionError):
        return {}
    is_whole = isinstance(note, dict) and all(
        isinstance(note.get(key), kind) for key, kind in _IN_A_NOTE.items()
    )
    return note if is_whole and f"{note['name']}.json" == name else {}


def _is_of(note: Note, part: Part, call: Mapping[str, Any]) -> bool:
    """Say whether a note is of this call, and of a part as its file is now."""
    wanted = {**asdict(part), "call": dict(call)}
    return all(key in note and note[key] == value for key, value in wanted.items())


def _checksum_of(folder: Folder, name: str) -> str | None:
    """Compute the sha256 of a result; None if there is none."""
    try:
        with folder.open(name) as file:
            return sha256_of(file)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=2)
def _load(out: str, sha256: str) -> TrainedTagger:
    """Load a folder's tagger, once in each process; its state's checksum tells which.

    Raises
    ------
    ValueError
        If it is another tagger. It was put there after the call had begun.
    """
    folder = Folder(out)
    state = folder.read(f"{TAGGER}/{STATE}") or b""
    if hashlib.sha256(state).hexdigest() != sha256:
        got = f"another tagger in {TAGGER} than that of the call"
        raise ValueError(f"{out}: got {got}; the same call puts it there again")
    weights = json.loads(state)["weights"]
    with tempfile.TemporaryDirectory() as copy:
        for name in (weights, STATE):
            content = folder.read(f"{TAGGER}/{name}")
            if content is not None:
                (Path(copy) / name).write_bytes(content)
        return load_tagger(copy)


@contextmanager
def _writer(form: str, path: Path) -> Iterator[_Add]:
    """Open a file for results: call what is given with texts and their tagged words."""
    if form == "parquet":
        with need("pyarrow.parquet").ParquetWriter(path, _schema()) as table:
            yield lambda texts, tagged: table.write_batch(_as_batch(texts, tagged))
        return
    with path.open("wb") as file:

        def add(texts: Sequence[str], tagged: Sequence[Sequence[TaggedWord]]) -> None:
            pairs = zip(texts, tagged, strict=True)
            lines = "".join(write_line(form, text, words) for text, words in pairs)
            file.write(lines.encode("utf-8"))

        yield add


def _schema() -> Any:
    """Describe the columns of a Parquet file: those of the lines of JSON."""
    arrow = need("pyarrow")
    fields = {
        "kind": arrow.string(),
        "start": arrow.int64(),
        "end": arrow.int64(),
        "mention": arrow.string(),
        "probability": arrow.float64(),
    }
    entities = arrow.list_(arrow.struct(fields))
    return arrow.schema({"text": arrow.string(), "entities": entities})


def _as_batch(texts: Sequence[str], tagged: Sequence[Sequence[TaggedWord]]) -> Any:
    """Put tagged texts into columns; probabilities are rounded as in JSON."""
    rows = []
    for text, words in zip(texts, tagged, strict=True):
        entities = [entity._asdict() for entity in find_entities(text, words)]
        for entity in entities:
            if entity["probability"] is not None:
                entity["probability"] = round(entity["probability"], 4)
        rows.append({"text": text, "entities": entities})
    return need("pyarrow").RecordBatch.from_pylist(rows, schema=_schema())
