"""Files are found by patterns, on any storage; a result is put there whole or not."""

import errno

import fsspec
import pytest

from lstm_helpers.scale.storage import (
    Folder,
    Input,
    check_names,
    find_files,
    need,
    open_input,
)


class BrokenError(Exception):
    pass


@pytest.fixture
def texts(tmp_path):
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/a.txt", "d.csv", "[1].txt"):
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "texts"


@pytest.fixture
def memory():
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.txt", ["[1].txt", "a.txt", "b.txt"]),
        ("**/*.txt", ["[1].txt", "a.txt", "b.txt", "sub/a.txt", "sub/c.txt"]),
        ("sub/?.txt", ["a.txt", "c.txt"]),
        ("*/c.txt", ["sub/c.txt"]),
        ("sub/c.txt", ["c.txt"]),
        ("[1].txt", ["[1].txt"]),  # a name, since there is such a file
        ("[ab].txt", ["a.txt", "b.txt"]),
        ("*", ["[1].txt", "a.txt", "b.txt", "d.csv"]),  # no folder
    ],
)
def test_a_pattern_names_files_below_its_folder(texts, pattern, names):
    found = find_files(f"{texts}/{pattern}")
    assert [file.name for file in found] == names
    for file in found:
        with open_input(file.path) as opened:
            content = opened.read().decode()
        assert content.rpartition("/")[2] == file.name.rpartition("/")[2]
        assert file.size == len(content)


@pytest.mark.parametrize("pattern", ["none.txt", "none/*.txt", "sub"])
def test_a_pattern_that_names_no_file_is_refused(texts, pattern):
    with pytest.raises(FileNotFoundError, match=f"no such file.*{pattern[:4]}"):
        find_files(f"{texts}/{pattern}")


def test_two_colons_in_a_name_are_letters_on_this_machine(tmp_path):
    (tmp_path / "a::b.txt").write_text("x")
    for pattern in ("*.txt", "a::b.txt"):
        [found] = find_files(str(tmp_path / pattern))
        assert found.name == "a::b.txt"
    with open_input(found.path) as file:
        assert file.read() == b"x"
    with Folder(str(tmp_path / "c::d")).write("e") as path:
        path.write_text("y")
    assert (tmp_path / "c::d" / "e").read_text() == "y"


def test_another_storage_is_named_by_its_address(memory):
    memory.pipe_file("/texts/a.txt", b"Rome")
    [found] = find_files("memory://texts/*.txt")
    assert (found.path, found.name, found.size) == ("memory:///texts/a.txt", "a.txt", 4)
    with open_input(found.path) as opened:
        assert opened.read() == b"Rome"
    memory.pipe_file("/texts/a.txt", b"Oslo")
    assert find_files("memory://texts/*.txt")[0].state != found.state


def test_a_file_that_has_changed_has_another_state(texts):
    path = texts / "a.txt"
    before = find_files(str(path))[0].state
    assert find_files(str(path))[0].state == before
    path.write_text("A.txt")
    assert find_files(str(path))[0].state != before


def write_half(folder):
    with folder.write("sub/x") as path:
        path.write_bytes(b"half")
        raise BrokenError


@pytest.mark.parametrize("where", ["here", "memory"])
def test_a_file_is_there_when_it_is_whole(tmp_path, memory, where):
    folder = Folder(str(tmp_path / "out") if where == "here" else "memory://out")
    assert folder.is_local == (where == "here")
    assert folder.find("") == []
    with pytest.raises(BrokenError):
        write_half(folder)
    assert folder.read("sub/x") is None
    with folder.write("sub/x") as path:
        path.write_bytes(b"old")
        assert folder.read("sub/x") is None
    with pytest.raises(BrokenError):
        write_half(folder)
    assert folder.read("sub/x") == b"old"
    with folder.write("sub/x") as path:
        path.write_bytes(b"new")
    with folder.open("sub/x") as file:
        assert file.read() == b"new"
    assert (folder.find("sub"), folder.find("")) == (["x"], ["sub/x"])
    folder.remove("sub/x")
    folder.remove("sub/x")
    assert folder.find("") == []


def test_who_reads_a_file_that_is_replaced_reads_the_old_one(tmp_path):
    folder = Folder(str(tmp_path))
    with folder.write("x") as path:
        path.write_bytes(b"old")
    with folder.open("x") as file:
        with folder.write("x") as path:
            path.write_bytes(b"new")
        assert file.read() == b"old"
    assert folder.read("x") == b"new"


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path):
    folder = Folder(str(tmp_path))
    with folder.write("sub/x") as path:
        left = path.with_name(path.name[:-1] + "0")  # as another process has one
        left.write_bytes(b"half")
        mine = path.with_name(".part-of-a-novel.txt")
        mine.write_bytes(b"whole")
    folder.clear_scratch()
    assert folder.find("") == ["sub/.part-of-a-novel.txt", "sub/x"]


def test_a_folder_of_this_machine_is_here_by_its_address_too(tmp_path):
    folder = Folder(f"file://{tmp_path}/out")
    assert (folder.is_local, folder.path) == (True, f"{tmp_path}/out")


def test_links_to_files_are_files(texts):
    folder = texts / "links"
    folder.mkdir()
    (folder / "to_file.txt").symlink_to(texts / "a.txt")
    (folder / "to_folder.txt").symlink_to(texts / "sub")
    for pattern in "*.txt", "to_file.txt":
        [found] = find_files(f"{folder}/{pattern}")
        assert (found.name, found.size) == ("to_file.txt", 5)
    (folder / "broken.txt").symlink_to(texts / "nothing")
    with pytest.raises(FileNotFoundError, match="broken"):
        find_files(f"{folder}/*.txt")


def test_files_of_the_same_name_are_refused():
    files = [Input(f"/{k}/a.txt", "a.txt", 1, "") for k in range(2)]
    check_names([files[0], files[0]])
    with pytest.raises(
        ValueError, match=r"two files called a\.txt \(/0/a.*/1/a.*one pat"
    ):
        check_names(files)


def test_a_file_of_two_patterns_has_one_name():
    files = [Input("/a/b.txt", name, 1, "") for name in ("b.txt", "a/b.txt")]
    with pytest.raises(ValueError, match=r"/a/b\.txt: got it from two patterns, as b"):
        check_names(files)


def test_an_error_of_a_full_disk_names_the_place(tmp_path):
    folder = Folder(str(tmp_path))
    full = OSError(errno.ENOSPC, "No space left on device")
    where = f"No space.*: '{tmp_path}/x'"
    with pytest.raises(OSError, match=where), folder.write("x"):
        raise full
    named = FileNotFoundError(errno.ENOENT, "No such file", "other")
    with pytest.raises(FileNotFoundError, match="'other'"), folder.write("x"):
        raise named


def test_a_package_that_is_not_installed_is_asked_for():
    assert need("fsspec") is fsspec
    wanted = r'got no no_such, .*group scale: python -m pip install -e "\.\[scale\]"'
    with pytest.raises(ModuleNotFoundError, match=wanted):
        need("no_such.part")
