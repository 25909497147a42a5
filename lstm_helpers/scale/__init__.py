"""Files of any number -> tags, on the workers of a cluster of Dask's."""

from lstm_helpers.scale.storage import Folder, Input, find_files
from lstm_helpers.scale.parts import Part, PartError, PartReader, plan_parts
from lstm_helpers.scale.tagging import tag_part
from lstm_helpers.scale.running import (
    TaggedFiles,
    find_scheduler,
    gather_notes,
    start_workers,
    tag_files,
)

__all__ = [
    "Folder",
    "Input",
    "find_files",
    "Part",
    "PartError",
    "PartReader",
    "plan_parts",
    "tag_part",
    "TaggedFiles",
    "find_scheduler",
    "gather_notes",
    "start_workers",
    "tag_files",
]


def __dir__() -> list[str]:
    return __all__
