"""A name -> what comes with the project's notebooks."""

from pathlib import Path


def _find_folders(package: Path) -> tuple[Path, Path]:
    """Find the folders of a package, in a clone or where pip installed it.

    Parameters
    ----------
    package : Path
        Its own folder.

    Returns
    -------
    (Path, Path)
        Where the bundled files are, and in which folder new ones shall be put: never
        into an installed package, but into the current folder.
    """
    packed = package / "bundled_data"  # pyproject.toml calls a clone's data/ so
    if packed.is_dir():
        return packed, Path()
    return package.parent / "data", package.parent


BUNDLED_FOLDER, _PROJECT = _find_folders(Path(__file__).parents[1])
DATA_FOLDER = _PROJECT / "data"  # where the real corpus is looked for
MODELS_FOLDER = _PROJECT / "models"  # where notebooks leave their taggers


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
        If it is missing from the package or the clone.
    """
    path = BUNDLED_FOLDER / name
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: got nothing, wanted what comes with the project. Install the "
            "package again, or get the whole folder of the project again"
        )
    return path
