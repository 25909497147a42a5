r"""Sphinx's formulas -> MathML, which a browser shows without JavaScript.

An extension of Sphinx. A number that a formula gives itself by ``\tag{1.5}`` stands
beside it, as a link to it.
"""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from docutils import nodes
from sphinx.application import Sphinx

from handouts.pandoc import pandoc

TAG = re.compile(r"\s*\\tag\{([\d.]+)\}")
NUMBER = re.compile(r"\((\d\.\d+)\)")
MATHML = re.compile(r"<math.*?</math>", re.DOTALL)

_known: dict[tuple[str, bool], str] = {}


def to_mathml(formulas: Iterable[tuple[str, bool]]) -> list[str]:
    """Convert formulas.

    Parameters
    ----------
    formulas : iterable of (str, bool)
        TeX, and whether it is displayed.

    Returns
    -------
    list of str
        A ``<math>`` element for each.

    Raises
    ------
    RuntimeError
        If pandoc cannot convert one of them: with its message.
    """
    formulas = [(" ".join(TAG.sub("", tex).split()), shown) for tex, shown in formulas]
    new = [formula for formula in dict.fromkeys(formulas) if formula not in _known]
    if new:
        lines = [f"$${tex}$$" if shown else f"${tex}$" for tex, shown in new]
        with tempfile.TemporaryDirectory() as folder:
            page = pandoc("\n\n".join(lines), "html5", "--mathml", folder=Path(folder))
        _known.update(zip(new, MATHML.findall(page), strict=True))
    return [_known[formula] for formula in formulas]


def convert_all(_app: Sphinx, env: Any) -> None:
    """Convert the formulas of all pages at once: one call of pandoc is soon done."""
    to_mathml(
        (node.astext(), isinstance(node, nodes.math_block))
        for name in sorted(env.found_docs)
        for node in env.get_doctree(name).findall(is_formula)
    )


def is_formula(node: nodes.Node) -> bool:
    """Tell whether a node is a formula, in a line or displayed."""
    return isinstance(node, nodes.math | nodes.math_block)


def visit_inline(writer: Any, node: nodes.math) -> NoReturn:
    """Write a formula within a line."""
    writer.body += to_mathml([(node.astext(), False)])
    raise nodes.SkipNode


def visit_displayed(writer: Any, node: nodes.math_block) -> NoReturn:
    """Write a displayed formula, with its number if it has one."""
    number = TAG.search(node.astext())
    link = ""
    if number:
        link = f'<a class="number" href="{place(writer, number[1])}">({number[1]})</a>'
    [mathml] = to_mathml([(node.astext(), True)])
    formula = f'<div class="formula">{mathml}</div>'
    writer.body.append(f'<div class="equation">{formula}{link}</div>\n')
    raise nodes.SkipNode


def place(writer: Any, number: str) -> str:
    """Find the address of the place where an equation is given its number."""
    labels = writer.builder.env.domains.standard_domain.anonlabels
    page, name = labels[anchor(number)]
    here = writer.builder.current_docname
    return f"{writer.builder.get_relative_uri(here, page)}#{name}"


def anchor(number: str) -> str:
    """Name the place of an equation, such as ``equation-1-5``."""
    return "equation-" + number.replace(".", "-")


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of it all."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_displayed, None))
    app.connect("env-updated", convert_all)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
