"""A name -> what comes with the project's notebooks."""

from pathlib import Path

DATA_FOLDER = Path(__file__).parents[2] / "data"
MODELS_FOLDER = DATA_FOLDER.parent / "models"  # where notebooks leave their taggers


def find_bundled(name: str) -> Path:
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
