"""All artefacts together: the same twice, without private paths, one line for each."""

import io
import zipfile
from pathlib import Path

import pytest

from handouts import __main__ as handouts

ROOT = Path(__file__).parents[2]
ZIPPED = (".zip", ".epub", ".docx", ".whl")


def files_below(folder):
    return {p.relative_to(folder): p for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_second_build_is_the_same_to_the_byte(made, tmp_path, capsys):
    handouts.main(["--out", str(tmp_path)])
    first, second = files_below(made), files_below(tmp_path)
    assert first.keys() == second.keys()
    different = [n for n in first if first[n].read_bytes() != second[n].read_bytes()]
    assert not different
    *lines, last = capsys.readouterr().out.splitlines()
    named = [line.split("  ")[0] for line in lines]
    assert len(named) == len(set(named)) > 20
    assert all((tmp_path / name).exists() for name in named)
    assert str(tmp_path) in last


def contents(path):
    """Yield a file's bytes, and of an archive those of its files."""
    yield path.name, path.read_bytes()
    if path.suffix in ZIPPED:
        yield from unzipped(path.read_bytes())


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
            if name.endswith(ZIPPED):
                yield from unzipped(archive.read(name))


def test_no_artefact_tells_where_it_was_made(made):
    private = [str(ROOT).encode(), str(Path.home() / "x")[:-1].encode()]
    for path in files_below(made).values():
        for name, content in contents(path):
            for folder in private:
                assert folder not in content, (path, name)


def test_a_stop_says_what_is_kept(tmp_path, monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(handouts, "read_course", stop)
    with pytest.raises(SystemExit) as caught:
        handouts.main(["--out", str(tmp_path / "out")])
    assert caught.value.code == 130
    assert capsys.readouterr().err == f"\nStopped. {tmp_path / 'out'} is as it was.\n"


def test_a_folder_without_executed_notebooks_is_named(tmp_path):
    with pytest.raises(SystemExit, match=f"{tmp_path}: got no notebook"):
        handouts.main(["--notebooks", str(tmp_path), "--out", str(tmp_path / "out")])


def test_a_notebook_that_was_not_run_is_named(tmp_path):
    source = (ROOT / "notebooks" / "01_math.ipynb").read_text("utf-8")
    source = source.replace('"execution_count": 1,', '"execution_count": null,')
    (tmp_path / "01_math.ipynb").write_text(source, "utf-8")
    with pytest.raises(SystemExit, match=r"01_math\.ipynb: cell \d+: it was not run"):
        handouts.main(["--notebooks", str(tmp_path), "--out", str(tmp_path / "out")])
