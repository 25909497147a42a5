"""An address, a checksum -> a file; a state <-> a folder."""

from lstm_helpers.files.bundled import (
    BUNDLED_FOLDER,
    DATA_FOLDER,
    MODELS_FOLDER,
    find_bundled,
)
from lstm_helpers.files.reading import check_sha256, checksum, read_member
from lstm_helpers.files.writing import FileChangedError, read_if_there, write_whole
from lstm_helpers.files.lines import LineReader
from lstm_helpers.files.growing import GrowingFile, find_partial, grow_file
from lstm_helpers.files.download import (
    KAGGLE_ARCHIVE,
    DownloadError,
    download_gmb,
    ensure_gmb,
    find_gmb,
)
from lstm_helpers.files.checkpoints import (
    CheckpointError,
    check_folder,
    load_state,
    save_state,
)

__all__ = [
    "BUNDLED_FOLDER",
    "DATA_FOLDER",
    "MODELS_FOLDER",
    "find_bundled",
    "check_sha256",
    "checksum",
    "read_member",
    "FileChangedError",
    "read_if_there",
    "write_whole",
    "LineReader",
    "GrowingFile",
    "find_partial",
    "grow_file",
    "KAGGLE_ARCHIVE",
    "DownloadError",
    "download_gmb",
    "ensure_gmb",
    "find_gmb",
    "CheckpointError",
    "check_folder",
    "load_state",
    "save_state",
]


def __dir__() -> list[str]:
    return __all__
