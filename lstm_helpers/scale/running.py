"""Files and a cluster -> results in a folder, a file for each part."""

import hashlib
import json
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from lstm_helpers.data.tokens import TOKENISERS
from lstm_helpers.files.checkpoints import STATE
from lstm_helpers.files.locking import hold_folder
from lstm_helpers.files.progress import Bar
from lstm_helpers.files.reading import find_home, shorten
from lstm_helpers.models.saving import SAMPLE_TAGGER, load_tagger
from lstm_helpers.scale.parts import Part, plan_parts
from lstm_helpers.scale.storage import Folder, Input, find_files, need
from lstm_helpers.scale.tagging import (
    ENDINGS,
    NOTES,
    TAGGER,
    Note,
    read_note,
    tag_part,
)

_PART_BYTES = 64 << 20
_CALL = "call.json"
_AHEAD = 2000  # parts that the scheduler knows at once
_SECONDS = 5  # between two looks whether the local workers are there


class TaggedFiles(NamedTuple):
    """What a call of :func:`tag_files` has done."""

    done: int  # parts that were tagged
    kept: int  # parts that were there, from an earlier call or a worker that was killed
    failed: dict[str, str]  # parts that could not be: why
    lines: int  # of all parts that are there
    words: int
    entities: int


@contextmanager
def start_workers(n_workers: int) -> Iterator[Any]:
    """Start processes on this machine that work for a client of Dask's.

    Parameters
    ----------
    n_workers : int
        Each has one thread.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ModuleNotFoundError
        Without the optional group ``scale``.
    """
    distributed = need("distributed")
    settings = {"distributed.deploy.lost-worker-timeout": "60s"}
    with (
        need("dask").config.set(settings),
        distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
        _keep(cluster, n_workers),
    ):
        yield client


@contextmanager
def _keep(cluster: Any, n_workers: int) -> Iterator[None]:
    """Start other workers for those that die while they are started."""
    again = need("tornado.ioloop").PeriodicCallback(
        lambda: cluster.scale(n_workers), 1000 * _SECONDS
    )
    cluster.loop.add_callback(again.start)
    try:
        yield
    finally:
        cluster.loop.add_callback(again.stop)


@contextmanager
def find_scheduler(address: str, seconds: float = 30.0) -> Iterator[Any]:
    """Become a client of a scheduler that runs already.

    Parameters
    ----------
    address : str
        Such as ``tcp://10.0.0.1:8786``.
    seconds : float
        How long to wait for it.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ModuleNotFoundError
        Without the optional group ``scale``.
    OSError
        If nothing answers there.

    Warns
    -----
    UserWarning
        If it has no workers.
    """
    try:
        client = need("distributed").Client(address, timeout=seconds)
    except (OSError, ValueError) as error:
        got = f"no scheduler ({error})"
        raise ConnectionError(f"{address}: got {got}, wanted one of Dask's") from None
    with client:
        if not client.nthreads():
            warnings.warn(
                f"{address}: got no workers yet; parts wait for them. One starts by: "
                f"dask worker {address} --nthreads 1",
                stacklevel=3,
            )
        yield client


def tag_files(
    patterns: str | Sequence[str],
    out: str | Path,
    client: Any,
    *,
    tagger: str | Path = SAMPLE_TAGGER,
    form: str = "jsonl",
    split: str | None = None,
    field: str = "text",
    part_bytes: int = _PART_BYTES,
    progress: bool = True,
) -> TaggedFiles:
    """Tag the lines of files, each for itself, on the workers of a cluster.

    What a part gives depends on its file alone, to the byte: not on the number of
    workers, on their order, or on where the parts are cut.

    Parameters
    ----------
    patterns : str or sequence of str
        Paths and addresses of files; see :func:`find_files`. Texts are lines in UTF-8,
        or lines of JSON (``.jsonl``), or rows of a table (``.parquet``). Files may be
        packed: ``.gz``, ``.bz2``, ``.xz``.
    out : str or Path
        A folder that the workers can write to, by the same path. It holds the results,
        named by their files; a note of each part with checksums, in ``manifest``; and
        a copy of the tagger. A later call goes on: parts that are noted and whole are
        kept, parts whose file has changed are done again.
    client : distributed.Client
        Its workers need this package.
    tagger : str or Path
        A folder of :func:`~lstm_helpers.models.save_tagger`.
    form : {"jsonl", "parquet", "text", "conll", "spacy", "huggingface"}
    split : str, optional
        A name in :data:`~lstm_helpers.data.TOKENISERS`; by default the one of
        :attr:`~lstm_helpers.data.Encoder.tokeniser`.
    field : str
        What has the text in lines of JSON and in tables.
    part_bytes : int
        How much of a file is a part, a multiple of 1 MiB. A file that is packed is one
        part, and so is a table.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    TaggedFiles

    Raises
    ------
    ModuleNotFoundError
        Without the optional group ``scale``.
    OSError
        If there is no such file, the results cannot be written, or the scheduler is
        gone. What is done is kept.
    BlockingIOError
        If another call writes into the same folder.
    ValueError
        If the folder has results of another tagger, format, tokeniser, field, size of
        parts or version; or of files that are not among those that are given; or if
        files that are given lie in it.
    CheckpointError
        If the tagger cannot be loaded.
    """
    if form not in ENDINGS or (split is not None and split not in TOKENISERS):
        wanted = f"one of {[*ENDINGS]} and one of {[*TOKENISERS]}"
        raise ValueError(f"form, split: got {form!r} and {split!r}, wanted {wanted}")
    given = [patterns] if isinstance(patterns, str) else [*patterns]
    files = [file for pattern in given for file in find_files(pattern)]
    parts = plan_parts(files, part_bytes)
    folder = Folder(str(out))
    loaded = load_tagger(tagger)  # refused here, rather than by every worker
    call = {
        "tagger": _checksum_of_tagger(tagger),
        "format": form,
        "split": split or loaded.encoder.tokeniser,
        "field": field,
        "part_bytes": part_bytes,
        **{name: _find_version(name) for name in ("lstm-helpers", "torch")},
    }
    with ExitStack() as held:
        if folder.is_local:
            _hold(Path(folder.path), held)
        _refuse_files_in(folder, files)
        _begin(folder, call, tagger, parts)
        _clear(folder, call, _read_notes(folder), parts)
        found = _run(client, parts, folder, call, progress)
        folder.clear_scratch()  # of workers that were killed meanwhile
        return found


def _hold(folder: Path, held: ExitStack) -> None:
    """Be the only one who writes into a folder; an error names it."""
    try:
        held.enter_context(hold_folder(folder))
    except BlockingIOError as error:
        raise BlockingIOError(error.errno, error.strerror, str(folder)) from None


def _find_version(package: str) -> str:
    """Find a package's version; none if it lies beside a program."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _checksum_of_tagger(folder: str | Path) -> str:
    """Compute the sha256 of a tagger's state, which has that of its weights."""
    return hashlib.sha256((find_home(folder) / STATE).read_bytes()).hexdigest()


def _refuse_files_in(folder: Folder, files: Iterable[Input]) -> None:
    """Refuse to tag what lies where the results come to lie."""
    for file in files:
        if file.path.startswith(f"{folder.path.rstrip('/')}/"):
            way = "choose a folder elsewhere, or a pattern that leaves it out"
            raise ValueError(f"{folder.path}: got {file.path} in it to tag; {way}")


def _begin(
    folder: Folder, call: Mapping[str, Any], tagger: str | Path, parts: Sequence[Part]
) -> None:
    """Note the call in a new folder, or see that it is it; copy its tagger there."""
    noted = folder.read(_CALL)
    if noted is not None:
        _refuse_another(folder, noted, call)
    elif there := _find_results(folder, call, parts):
        got = f"{shorten(', '.join(there), 200)}, but no {_CALL}"
        way = "choose another folder, or remove what is there"
        raise ValueError(f"{folder.path}: got {got}; {way}")
    state = find_home(tagger) / STATE
    weights = json.loads(state.read_text("utf-8"))["weights"]
    for name in (weights, STATE):
        content = state.with_name(name).read_bytes()
        if folder.read(f"{TAGGER}/{name}") != content:
            with folder.write(f"{TAGGER}/{name}") as path:
                path.write_bytes(content)
    if noted is None:
        with folder.write(_CALL) as path:
            path.write_text(json.dumps(call, indent=1) + "\n", "ascii")


def _refuse_another(folder: Folder, content: bytes, call: Mapping[str, Any]) -> None:
    """Refuse a folder with the results of another call."""
    way = "choose another folder, or remove this one"
    try:
        saved = json.loads(content)
        differ = [name for name in call if saved.get(name) != call[name]]
    except (ValueError, AttributeError, RecursionError):
        got = f"a damaged {_CALL}"
        raise ValueError(f"{folder.path}: got {got}; {way}") from None
    if differ:
        pairs = [f"{n}: {saved.get(n)!r} instead of {call[n]!r}" for n in differ]
        got = f"results of another call ({shorten('; '.join(pairs), 300)})"
        raise ValueError(f"{folder.path}: got {got}; {way}")


def _read_notes(folder: Folder) -> dict[str, Note]:
    """Read what earlier calls have noted; a note that is damaged is none."""
    notes = [read_note(folder, name) for name in folder.find(NOTES)]
    return {note["name"]: note for note in notes if note}


def _clear(
    folder: Folder,
    call: Mapping[str, Any],
    notes: Mapping[str, Note],
    parts: Sequence[Part],
) -> None:
    """Remove what a changed file has no longer; refuse what is of no file given."""
    folder.clear_scratch()
    names, paths = {part.name for part in parts}, {part.path for part in parts}
    others = sorted({note["path"] for note in notes.values()} - paths)
    if others:
        raise ValueError(
            f"{folder.path}: got results of {len(others):,} files that are not among "
            f"those given ({shorten(', '.join(others), 200)}); give these too, or "
            "another folder"
        )
    for name in sorted(notes.keys() - names):
        folder.remove(f"{NOTES}/{name}.json")
        folder.remove(_name_result(name, call))
    results = {_name_result(name, call) for name in names}
    for name in _find_results(folder, call, parts):  # without a note
        if name not in results:  # of a file that has fewer parts now
            folder.remove(name)


def _find_results(
    folder: Folder, call: Mapping[str, Any], parts: Sequence[Part]
) -> list[str]:
    """List what is named as a result of one of these files, whichever part of it."""
    ending = re.escape(_name_result("", call))
    firsts = {part.name for part in parts if part.name.endswith(".000000")}
    found = ((re.fullmatch(rf"(.+)\.\d{{6,}}{ending}", n), n) for n in folder.find(""))
    return [name for of, name in found if of and f"{of[1]}.000000" in firsts]


def _name_result(name: str, call: Mapping[str, Any]) -> str:
    """Say what the file with a part's result is called."""
    return f"{name}.{ENDINGS[call['format']]}"


def _run(
    client: Any,
    parts: Sequence[Part],
    folder: Folder,
    call: Mapping[str, Any],
    progress: bool,
) -> TaggedFiles:
    """Give all parts to the workers; count what they did."""

    def submit(part: Part) -> Any:
        return client.submit(tag_part, part, folder.path, call, pure=False)

    counts = dict.fromkeys(("done", "kept", "lines", "words", "entities"), 0)
    failed = {}
    with Bar(total=len(parts), unit="part", disable=not progress) as bar:
        for name, note in gather_notes(client, submit, parts):
            bar.update()
            if "failed" in note:
                failed[name] = note["failed"]
                continue
            counts["done" if note["done"] else "kept"] += 1
            for what in ("lines", "words", "entities"):
                counts[what] += note[what]
    return TaggedFiles(failed=dict(sorted(failed.items())), **counts)


def gather_notes(
    client: Any, submit: Callable[[Part], Any], parts: Iterable[Part]
) -> Iterator[tuple[str, Note]]:
    """Submit parts, so many at once; give each one's note when it is there.

    Parameters
    ----------
    client : distributed.Client
    submit : callable
        Called with a part; gives a future of its note.
    parts : iterable of Part

    Yields
    ------
    (str, dict)
        The part's name and its note, in the order in which they are done. A part whose
        workers were killed, one after the other, has a note with ``failed``.

    Raises
    ------
    ConnectionError
        If the scheduler is gone.
    """
    waiting = iter(parts)
    running: dict[str, tuple[Any, str]] = {}  # futures by their keys, and parts' names
    completed = need("distributed").as_completed()
    try:
        while True:
            for part in islice(waiting, _AHEAD - len(running)):
                future = submit(part)
                running[future.key] = future, part.name
                completed.add(future)
            if not running:
                return
            future = next(completed)
            if future.status in ("lost", "pending"):  # it is computed once more
                completed.add(future)
                continue
            _, name = running.pop(future.key)
            note = _note_of(future)
            future.release()  # else it is computed once more if its worker is killed
            yield name, note
    finally:
        with suppress(OSError, RuntimeError):  # of a client that has lost its scheduler
            client.cancel([future for future, _ in running.values()], force=True)


def _note_of(future: Any) -> Note:
    """Take a part's note, or what has kept it from being tagged; or end the whole."""
    closed = need("distributed.comm").CommClosedError
    try:
        note: Note = future.result()
    except need("distributed").KilledWorker:
        return {"failed": "each worker that began to tag it was killed"}
    except (CancelledError, closed):
        raise ConnectionError(
            "the scheduler is gone; what is done is kept: the same call goes on"
        ) from None
    return note
