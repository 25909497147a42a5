"""The package's rooms keep their order; what stands at a door is what is behind it."""

import ast
import importlib
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import lstm_helpers

ROOT = Path(__file__).parents[1]
PACKAGE = Path(lstm_helpers.__file__).parent
ORDER = {  # the order in which the data flows; imports only point up
    "files": [
        *("progress", "bundled", "reading", "writing"),
        *("locking", "lines", "growing", "download", "checkpoints"),
    ],
    "data": [
        "iob2",
        "errors",
        *("schemes", "decoding", "rows", "header"),
        *("columns", "conversion"),
        *("sentences", "kaggle", "conll", "layouts"),
        *("finding", "arguments", "corpus"),
        "splits",
        "twins",
        "tokens",
        "description",
        "features",
        "encoding",
        "batches",
    ],
    "equations": ["cell", "tracing", "gradients"],
    "models": [
        *("mentions", "heads", "crf", "dropout", "window"),
        *("taggers", "trained", "saving"),
    ],
    "metrics": [],
    "training": [
        *("optimisers", "plan", "ranks", "run", "stopping"),
        *("describing", "resuming", "loop", "ladder", "sharing"),
    ],
    "style": [],
    "prediction": ["text", "rendering", "streaming", "standalone", "exporting"],
    "figures": [
        *("fonts", "showing", "axes", "curves", "bars", "intervals", "histograms"),
        *("owncorpus", "tables", "trellis", "states", "drawings"),
        *("step", "widgets"),
        *("widgets_vocabulary", "widgets_directions", "widgets_rates"),
        *("widgets_tagging", "widgets_viterbi", "widgets_learning"),
    ],
    "exercises": [],
    "post": [],
    "scale": ["storage", "parts", "tagging", "running"],
    "commands": [
        *("terminal", "inputs"),
        *("describe", "train", "cluster", "tag", "score", "fetch"),
    ],
}
MODULES = [
    f"{room}.{module}" if module else room
    for room, modules in ORDER.items()
    for module in modules or [""]
]


def path_of(module):
    return PACKAGE / (module.replace(".", "/") + ".py")


def imported_modules(path):
    """Names of the package's modules that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            package, _, module = name.partition(".")
            if package == "lstm_helpers" and module in MODULES:
                yield module


def test_every_module_has_its_place_and_its_test():
    found = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    }
    assert found == {*MODULES}
    tests = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert {f"test_{module.rpartition('.')[2]}" for module in MODULES} <= tests


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_point_up(module):
    for other in imported_modules(path_of(module)):
        assert MODULES.index(other) < MODULES.index(module), f"imports {other}"


def test_within_the_package_a_module_is_imported_by_its_own_name():
    """Not by way of a room's face, which the test above would not see."""
    for path in PACKAGE.rglob("*.py"):
        if path.stem in ("__init__", "__main__"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                _, _, module = node.module.partition("lstm_helpers")
                assert not module or module[1:] in MODULES, f"{path}: {node.module}"


def test_training_knows_no_figure():
    imports = set(imported_modules(path_of("training.loop")))
    assert imports, "the reader of imports must find some"
    rooms = {name.partition(".")[0] for name in imports}
    assert not rooms & {"figures", "prediction", "style"}


@pytest.mark.parametrize("room", [room for room, modules in ORDER.items() if modules])
def test_a_room_hands_on_its_modules_public_names_in_order(room):
    face = importlib.import_module(f"lstm_helpers.{room}")
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    modules = [node.module.rpartition(".")[2] for node in imports]
    assert modules == [name for name in ORDER[room] if name in modules]
    handed_on = [alias.name for node in imports for alias in node.names]
    assert handed_on == face.__all__
    assert dir(face) == sorted(face.__all__), "what tab-completion offers"
    for node in imports:
        names = [alias.name for alias in node.names]
        assert not [name for name in names if name.startswith("_")]
        assert pydoc.splitdoc(face.__doc__)[0].endswith(".")


def test_the_front_door_names_the_rooms_in_their_order():
    names = lstm_helpers.__all__[len(ORDER) :]
    assert lstm_helpers.__all__[: len(ORDER)] == [*ORDER]
    listed = re.findall(r"^``(\w+)`` ", lstm_helpers.__doc__, re.MULTILINE)
    assert listed == [*ORDER]
    assert sorted([*ORDER, *names]) == dir(lstm_helpers)
    for room in ORDER:
        assert getattr(lstm_helpers, room).__name__ == f"lstm_helpers.{room}"
    with pytest.raises(AttributeError, match="nothing"):
        _ = lstm_helpers.nothing


def names_for_a_type_checker():
    """What the package's own face imports for type checkers: name -> room."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.name: node.module.rpartition(".")[2]
        for node in block.body
        for alias in node.names
    }


def test_the_front_door_hands_on_what_a_program_needs_most():
    names = names_for_a_type_checker()
    assert {*names} == {*lstm_helpers.__all__[len(ORDER) :]}
    assert {"read_corpus", "train_rung", "tag_text"} <= {*names}
    for name, room in names.items():
        assert getattr(lstm_helpers, name) is getattr(getattr(lstm_helpers, room), name)


def loaded_by(statement):
    """Names of the modules that a fresh process has loaded after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return {*done.stdout.split()}


@pytest.mark.long
def test_the_front_door_itself_loads_nothing():
    heavy = {"torch", "numpy", "pandas", "sklearn", "matplotlib"}
    assert not loaded_by("import lstm_helpers; dir(lstm_helpers)") & heavy
    assert not loaded_by("import lstm_helpers.__main__") & heavy
    assert "torch" in loaded_by("from lstm_helpers import models")
    assert "torch" in loaded_by("from lstm_helpers import tag_text")


@pytest.mark.long
def test_figures_do_not_wait_for_torch():
    loaded = loaded_by("from lstm_helpers import figures")
    assert "lstm_helpers.figures.widgets" in loaded
    assert not loaded & {"torch", "pandas", "sklearn", "scipy"}


def defined_names(path):
    """Public names that a module defines itself, at its top level."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [n.id for t in targets for n in ast.walk(t) if type(n) is ast.Name]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def names_asked_for():
    """Whatever the package's other modules, the notebooks and the tools name."""
    asked = set()
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "tools").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and path.stem != "__init__":
                asked |= {alias.name for alias in node.names}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            asked |= {*re.findall(r"\w+", cell.source)}
    return asked


def test_what_only_its_module_needs_begins_with_an_underscore():
    asked = names_asked_for()
    for module in MODULES:
        if module == "post":  # keeps the post's own names
            continue
        room = importlib.import_module(f"lstm_helpers.{module.partition('.')[0]}")
        records = {n for n, v in vars(room).items() if isinstance(v, type)}
        public = asked | {*getattr(room, "__all__", records)}
        alone = [name for name in defined_names(path_of(module)) if name not in public]
        assert not alone, f"{module}: {alone}"
