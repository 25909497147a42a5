import ast
from pathlib import Path

import lstm_helpers

PACKAGE = Path(lstm_helpers.__file__).parent
ORDER = [  # the order in which the data flows; imports only point up
    "download",
    "corpus",
    "tokens",
    "features",
    "encoding",
    "batches",
    "cell",
    "trace",
    "gradients",
    "crf",
    "models",
    "optimisers",
    "metrics",
    "checkpoints",
    "resuming",
    "training",
    "prediction",
    "ladder",
    "rendering",
    "figures",
    "drawings",
    "widgets",
    "post",
]


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
            if package == "lstm_helpers" and module.partition(".")[0] in ORDER:
                yield module.partition(".")[0]


def test_every_module_has_its_place_and_its_test():
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert modules == set(ORDER)
    tests = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert {f"test_{name}" for name in ORDER} <= tests


def test_imports_only_point_up():
    for name in ORDER:
        for other in imported_modules(PACKAGE / f"{name}.py"):
            assert ORDER.index(other) < ORDER.index(name), f"{name} imports {other}"


def test_training_knows_no_figure():
    imports = set(imported_modules(PACKAGE / "training.py"))
    assert imports, "the reader of imports must find some"
    assert not imports & {"figures", "rendering", "prediction"}
