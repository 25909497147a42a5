"""Docstrings -> what Sphinx is to make of them: an extension of it."""

from typing import Any

from sphinx.application import Sphinx

from handouts.formulas import NUMBER, anchor


def leave_out_aliases(
    _app: Sphinx, _what: str, _name: str, thing: Any, *_: Any
) -> bool | None:
    """Leave out a tuple's fields of which nothing is said."""
    said = getattr(thing, "__doc__", None) or ""
    return True if said.startswith("Alias for field number") else None


def link_equations(
    _app: Sphinx, _what: str, _name: str, _thing: Any, _options: Any, lines: list[str]
) -> None:
    """Make a link of each equation that a docstring names."""
    for k, line in enumerate(lines):
        if "quation" in line:
            lines[k] = NUMBER.sub(lambda n: f":ref:`({n[1]}) <{anchor(n[1])}>`", line)


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of it all."""
    app.connect("autodoc-skip-member", leave_out_aliases)
    app.connect("autodoc-process-docstring", link_equations)
    return {"parallel_read_safe": True}
