"""An address, a checksum -> a file; a state <-> a folder."""

from lstm_helpers.files.download import (
    DATA_FOLDER,
    KAGGLE_ARCHIVE,
    DownloadError,
    check_sha256,
    download_gmb,
    ensure_gmb,
    find_bundled,
    find_gmb,
    read_member,
)
from lstm_helpers.files.checkpoints import (
    CheckpointError,
    checksum,
    load_state,
    save_state,
)

__all__ = [
    "DATA_FOLDER",
    "KAGGLE_ARCHIVE",
    "DownloadError",
    "check_sha256",
    "download_gmb",
    "ensure_gmb",
    "find_bundled",
    "find_gmb",
    "read_member",
    "CheckpointError",
    "checksum",
    "load_state",
    "save_state",
]
