"""An address and a checksum -> a file: fetching the real corpus.

``python -m lstm_helpers download`` puts ``data/ner_dataset.csv`` in its place.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

import pooch
import requests
from urllib3.exceptions import HTTPError

from lstm_helpers.files.bundled import DATA_FOLDER
from lstm_helpers.files.locking import hold_folder
from lstm_helpers.files.progress import Bar
from lstm_helpers.files.reading import GMB_MEMBER, check_sha256, find_home, read_member
from lstm_helpers.files.writing import write_whole

GMB_SHA256 = "83257dd94ed59596809dc9f5b28f1f035c9d925d5a647f266db43a2f098e8f1a"
_KAGGLE = "https://www.kaggle.com"
_KAGGLE_PAGE = f"{_KAGGLE}/datasets/abhinavwalia95/entity-annotated-corpus"
KAGGLE_ARCHIVE = (
    f"{_KAGGLE}/api/v1/datasets/download/abhinavwalia95/entity-annotated-corpus"
)
_MAX_BYTES = 50_000_000  # of an archive; the real one has 3 million
_MAX_SECONDS = 600  # for all of it, however slowly it comes
_PATIENCE = 60  # seconds without a byte
_SCRATCH = ".download-"  # a folder's name begins so


class DownloadError(OSError):
    """The corpus could not be fetched, or what came is not the corpus."""


def find_gmb() -> Path:
    """Find the real corpus where the reader put it.

    Looked for, in this order: ``ner_dataset.csv`` and ``ner_dataset.csv.zip`` in the
    project's ``data`` folder (in the current folder's, if pip installed the package
    without the project), then in the folder that the environment variable
    ``LSTM_DATA_DIR`` names.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        If there is none; the message says how to get it, with and without a network.
    """
    folders = [DATA_FOLDER]
    if os.environ.get("LSTM_DATA_DIR"):
        folders.append(find_home(os.environ["LSTM_DATA_DIR"]))
    for folder in folders:
        for name in (GMB_MEMBER, GMB_MEMBER + ".zip"):
            if (folder / name).is_file():
                return folder / name
    looked_in = " or ".join(str(folder.absolute()) for folder in folders)
    raise FileNotFoundError(
        f"The real corpus is not in {looked_in}. To fetch it, run\n"
        f"    python -m lstm_helpers download\n{_by_hand(DATA_FOLDER)}"
    )


def _by_hand(folder: Path) -> str:
    """Say where to click and where to put the file."""
    return (
        f"By hand: open {_KAGGLE_PAGE}, click Download, "
        f"unpack the archive and put {GMB_MEMBER} into {folder}"
    )


def download_gmb(
    folder: str | Path = DATA_FOLDER,
    *,
    url: str = KAGGLE_ARCHIVE,
    sha256: str = GMB_SHA256,
) -> Path:
    """Fetch Kaggle's archive and put the csv in its place, checked, or leave nothing.

    Parameters
    ----------
    folder : str or Path
        Where ``ner_dataset.csv`` shall lie.
    url : str
        Address of a zip that holds ``ner_dataset.csv``.
    sha256 : str
        Checksum of the *csv*: archives of the same file differ.

    Returns
    -------
    Path
        The csv's path.

    Raises
    ------
    DownloadError
        If the folder cannot be written, another download into it is running, the
        transfer fails, breaks off, is silent for a minute, takes more than ten minutes
        or brings more than 50 MB, the archive is damaged or holds no such file, or the
        checksum is another. Nothing new stays in ``folder``; what a killed download
        left there is cleared.
    """
    folder = Path(folder)
    with _scratch_in(folder) as scratch:
        try:
            archive = pooch.retrieve(
                url, None, fname="archive.zip", path=scratch, downloader=_fetch
            )
            content = read_member(archive, GMB_MEMBER)
            check_sha256(content, sha256, f"{url}, {GMB_MEMBER}")
            write_whole(folder / GMB_MEMBER, content)
            return folder / GMB_MEMBER
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            raise DownloadError(
                f"Could not fetch {url}\n{error}\n{_by_hand(folder)}"
            ) from error


@contextlib.contextmanager
def _scratch_in(folder: Path) -> Iterator[str]:
    """Make a folder within a folder for as long as it is needed, the only such one."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold_folder(folder))
            for leftover in folder.glob(f"{_SCRATCH}*"):  # of a killed process
                shutil.rmtree(leftover)
            scratch = tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH)
            name = stack.enter_context(scratch)
        except (BlockingIOError, FileExistsError) as error:  # they say what is wanted
            raise DownloadError(f"{folder}: {error.strerror}") from error
        except OSError as error:
            reason = f"{error.strerror}, wanted a folder to write into"
            raise DownloadError(f"{folder}: {reason}") from error
        yield name


def _fetch(url: str, output_file: str, _: object) -> None:
    """Fetch a file as it is, never more than a bound and never longer; for pooch."""
    ends = time.monotonic() + _MAX_SECONDS
    with (
        _ask(url) as answer,
        Path(output_file).open("wb") as file,
        Bar(total=answer.raw.length_remaining, unit="B", unit_scale=True) as bar,
    ):
        answer.raise_for_status()
        coding = answer.headers.get("Content-Encoding", "identity")
        if coding != "identity":
            raise ValueError(f"got the content coding {coding!r}, wanted none")
        while piece := _read_some(answer):
            bar.update(len(piece))
            if file.tell() + len(piece) > _MAX_BYTES:
                raise ValueError(f"got more than {_MAX_BYTES:,} bytes, wanted fewer")
            if time.monotonic() > ends:
                raise _too_slow()
            file.write(piece)


def _read_some(answer: requests.Response) -> bytes:
    """Return what has come meanwhile, as it is; nothing at the end."""
    try:
        return answer.raw.read1(1 << 16, decode_content=False)
    except HTTPError as error:
        raise OSError(str(error)) from error


def _ask(url: str) -> requests.Response:
    """Wait for the head of an answer, not longer than for all of it."""
    headers = {"Accept-Encoding": "identity"}
    found: Future[requests.Response] = Future()

    def ask() -> None:
        try:
            found.set_result(
                requests.get(url, headers=headers, stream=True, timeout=_PATIENCE)
            )
        except (OSError, ValueError) as error:
            found.set_exception(error)

    Thread(target=ask, daemon=True).start()  # a head that drips would hold us for ever
    try:
        return found.result(timeout=_MAX_SECONDS)
    except TimeoutError:
        raise _too_slow() from None


def _too_slow() -> TimeoutError:
    """Make the error for what takes too long."""
    return TimeoutError(f"got no end within {_MAX_SECONDS:g} seconds")


def ensure_gmb(url: str = KAGGLE_ARCHIVE) -> Path:
    """Fetch the real corpus unless it is there, and check it.

    Parameters
    ----------
    url : str
        Address of a zip that holds ``ner_dataset.csv``.

    Returns
    -------
    Path

    Raises
    ------
    DownloadError
        If it could not be fetched.
    ValueError
        If the file that is there is not the corpus; the message says how to get it.
    """
    pooch.get_logger().setLevel("WARNING")  # its advice is for programmers
    try:
        path = find_gmb()
    except FileNotFoundError:
        path = download_gmb(url=url)
    try:
        check_sha256(read_member(path, GMB_MEMBER), GMB_SHA256, path)
    except ValueError as error:
        raise ValueError(f"{error}\n{_by_hand(DATA_FOLDER)}") from error
    return path
