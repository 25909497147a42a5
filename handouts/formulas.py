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

Formula = tuple[str, bool]  # TeX on one line without a number; whether it is displayed


def to_mathml(formulas: Iterable[Formula]) -> dict[Formula, str]:
    """Convert formulas, all in one call of pandoc.

    Parameters
    ----------
    formulas : iterable of (str, bool)

    Returns
    -------
    dict of (str, bool) to str
        A ``<math>`` element for each.

    Raises
    ------
    RuntimeError
        If pandoc cannot convert one of them: with its message.
    """
    wanted = list(dict.fromkeys(formulas))
    lines = [f"$${tex}$$" if shown else f"${tex}$" for tex, shown in wanted]
    with tempfile.TemporaryDirectory() as folder:
        page = pandoc("\n\n".join(lines), "html5", "--mathml", folder=Path(folder))
    return dict(zip(wanted, MATHML.findall(page), strict=True))


def convert_all(_app: Sphinx, env: Any) -> None:
    """Convert the formulas of all pages, and keep them with Sphinx's own state."""
    env.mathml = to_mathml(
        formula_of(node)
        for name in sorted(env.found_docs)
        for node in env.get_doctree(name).findall(is_formula)
    )


def formula_of(node: Any) -> Formula:
    """Read a formula's TeX, without its number."""
    tex = " ".join(TAG.sub("", node.astext()).split())
    return tex, isinstance(node, nodes.math_block)


def is_formula(node: nodes.Node) -> bool:
    """Tell whether a node is a formula, in a line or displayed."""
    return isinstance(node, nodes.math | nodes.math_block)


def visit_inline(writer: Any, node: nodes.math) -> NoReturn:
    """Write a formula within a line."""
    writer.body.append(writer.builder.env.mathml[formula_of(node)])
    raise nodes.SkipNode


def visit_displayed(writer: Any, node: nodes.math_block) -> NoReturn:
    """Write a displayed formula, with its number if it has one."""
    number = TAG.search(node.astext())
    link = ""
    if number:
        link = f'<a class="number" href="{place(writer, number[1])}">({number[1]})</a>'
    mathml = writer.builder.env.mathml[formula_of(node)]
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
