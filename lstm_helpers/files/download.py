"""An address and a checksum -> a file: fetching the real corpus.

``python -m lstm_helpers download`` puts ``data/ner_dataset.csv`` in its place.
"""

import os
import tempfile
from pathlib import Path

import pooch

from lstm_helpers.files.bundled import DATA_FOLDER
from lstm_helpers.files.reading import GMB_MEMBER, check_sha256, find_home, read_member

GMB_SHA256 = "83257dd94ed59596809dc9f5b28f1f035c9d925d5a647f266db43a2f098e8f1a"
_KAGGLE = "https://www.kaggle.com"
_KAGGLE_PAGE = f"{_KAGGLE}/datasets/abhinavwalia95/entity-annotated-corpus"
KAGGLE_ARCHIVE = (
    f"{_KAGGLE}/api/v1/datasets/download/abhinavwalia95/entity-annotated-corpus"
)


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
        If the transfer fails or breaks off, the archive is damaged or holds no such
        file, or the checksum is another. Nothing new stays in ``folder``.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"{folder}: {error.strerror}, wanted a folder") from error
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as scratch:
        downloader = pooch.HTTPDownloader(progressbar=True, timeout=60)
        try:
            archive = pooch.retrieve(
                url, None, fname="archive.zip", path=scratch, downloader=downloader
            )
            content = read_member(archive, GMB_MEMBER)
            check_sha256(content, sha256, f"{url}, {GMB_MEMBER}")
            partial = Path(scratch) / GMB_MEMBER
            partial.write_bytes(content)
            return partial.replace(folder / GMB_MEMBER)
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            raise DownloadError(
                f"Could not fetch {url}\n{error}\n{_by_hand(folder)}"
            ) from error


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
