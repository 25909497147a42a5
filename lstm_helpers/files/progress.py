"""Steps that are done -> a progress bar, for as long as one can be drawn."""

from typing import Any

from tqdm.auto import tqdm

_UNWRITABLE = OSError, ValueError, AttributeError  # a full disk, a closed file, none


class Bar(tqdm):  # type: ignore[misc]
    """Tqdm's bar, which goes when it cannot be written: the work goes on without it.

    Parameters
    ----------
    *arguments, **options
        Those of :class:`tqdm.auto.tqdm`.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        try:
            super().__init__(*arguments, **options)
        except _UNWRITABLE:
            super().__init__(*arguments, **{**options, "disable": True})

    def display(self, *arguments: Any, **options: Any) -> Any:
        """Draw the bar, or be none any more."""
        try:
            return super().display(*arguments, **options)
        except _UNWRITABLE:
            self.disable = True

    def close(self) -> None:
        """End the bar; what cannot be drawn is left out."""
        try:
            super().close()
        except _UNWRITABLE:
            self.disable = True
