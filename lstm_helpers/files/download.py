"""An address and a checksum -> a file: fetching the real corpus.

``python -m lstm_helpers download`` puts ``data/ner_dataset.csv`` in its place.
"""

import hashlib
import lzma
import os
import tempfile
import zipfile
import zlib
from pathlib import Path

import pooch

DATA_FOLDER = Path(__file__).parents[2] / "data"
MAX_BYTES = 500_000_000  # of a file that is read; the real corpus has 15 million
GMB_MEMBER = "ner_dataset.csv"
GMB_SHA256 = "83257dd94ed59596809dc9f5b28f1f035c9d925d5a647f266db43a2f098e8f1a"
KAGGLE = "https://www.kaggle.com"
KAGGLE_PAGE = f"{KAGGLE}/datasets/abhinavwalia95/entity-annotated-corpus"
KAGGLE_ARCHIVE = (
    f"{KAGGLE}/api/v1/datasets/download/abhinavwalia95/entity-annotated-corpus"
)


class DownloadError(OSError):
    """The corpus could not be fetched, or what came is not the corpus."""


def read_member(path, member=GMB_MEMBER):
    """Read a file's bytes; of a zip, those of the member with the given name.

    Nothing is unpacked to the disk, whatever the members' names are.

    Parameters
    ----------
    path : str or Path
        Any file. It counts as a zip when its name ends in ``.zip``.
    member : str
        The wanted member's file name; folders inside the archive do not matter.
        Kaggle's archive holds ``ner.csv``, another layout, beside ``ner_dataset.csv``.

    Returns
    -------
    bytes
        At most 500 million.

    Raises
    ------
    OSError
        If the file does not exist, is a folder, or may not be read.
    ValueError
        If the file or the member is too large, the zip is damaged, or it holds no such
        member or more than one.
    """
    path = Path(path)
    with path.open("rb") as file:
        if path.suffix != ".zip":
            return read_some(file, path)
        if os.fstat(file.fileno()).st_size > MAX_BYTES:
            read_some(file, path)
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
                found = [name for name in names if name.rpartition("/")[2] == member]
                if len(found) == 1:
                    with archive.open(found[0]) as unpacked:
                        return read_some(unpacked, f"{path}, {found[0]}")
        except TooLargeError:
            raise
        except DAMAGED as error:
            raise ValueError(f"{path}: got a damaged zip ({error})") from error
        listing = shorten(", ".join(names), 300) or "no members"
        raise ValueError(f"{path}: got {listing}, wanted one named {member}")


class TooLargeError(ValueError):
    """A file, or what a zip unpacks to, is larger than anything that is read."""


DAMAGED = (  # what zipfile may raise on a file that is no good zip
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or packed in an unknown way
    ValueError,
)


def read_some(file, where):
    """Read all bytes, or raise a TooLargeError before memory is taken for them."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        got = f"more than {MAX_BYTES:,} bytes"
        raise TooLargeError(f"{where}: got {got}, wanted at most so many")
    return content


def shorten(text, length=80):
    """Cut a text that is too long for a message."""
    return text if len(text) <= length else text[: length - 3] + "..."


def check_sha256(content, wanted, where):
    """Compare bytes with a checksum.

    Parameters
    ----------
    content : bytes
    wanted : str
        The sha256 as 64 hexadecimal digits.
    where : str or Path
        What the error should name.

    Raises
    ------
    ValueError
        If the checksums differ.
    """
    got = hashlib.sha256(content).hexdigest()
    if got != wanted:
        raise ValueError(f"{where}: got sha256 {got}, wanted {wanted}")


def find_bundled(name):
    """Find a file or folder that comes with the project's notebooks.

    Parameters
    ----------
    name : str
        Such as ``"sample.csv"``.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        If the package was installed without the project's ``data`` folder.
    """
    path = DATA_FOLDER / name
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: got nothing, wanted what comes with the project. The package "
            "does not bring its data folder along: install it from a clone of the "
            "project, by `pip install -e .`"
        )
    return path


def find_gmb():
    """Find the real corpus where the reader put it.

    Looked for, in this order: ``ner_dataset.csv`` and ``ner_dataset.csv.zip`` in the
    project's ``data`` folder, then in the folder that the environment variable
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
        folders.append(Path(os.environ["LSTM_DATA_DIR"]))
    for folder in folders:
        for name in (GMB_MEMBER, GMB_MEMBER + ".zip"):
            if (folder / name).is_file():
                return folder / name
    looked_in = " or ".join(str(folder) for folder in folders)
    raise FileNotFoundError(
        f"The real corpus is not in {looked_in}. To fetch it, run\n"
        f"    python -m lstm_helpers download\n{by_hand(DATA_FOLDER)}"
    )


def by_hand(folder):
    """Say where to click and where to put the file."""
    return (
        f"By hand: open {KAGGLE_PAGE}, click Download, "
        f"unpack the archive and put {GMB_MEMBER} into {folder}"
    )


def download_gmb(folder=DATA_FOLDER, *, url=KAGGLE_ARCHIVE, sha256=GMB_SHA256):
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
            content = read_member(archive)
            check_sha256(content, sha256, f"{url}, {GMB_MEMBER}")
            partial = Path(scratch) / GMB_MEMBER
            partial.write_bytes(content)
            return partial.replace(folder / GMB_MEMBER)
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            raise DownloadError(
                f"Could not fetch {url}\n{error}\n{by_hand(folder)}"
            ) from error


def ensure_gmb(url=KAGGLE_ARCHIVE):
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
        check_sha256(read_member(path), GMB_SHA256, path)
    except ValueError as error:
        raise ValueError(f"{error}\n{by_hand(DATA_FOLDER)}") from error
    return path
