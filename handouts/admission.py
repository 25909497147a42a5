"""A notebook that was run -> one of which every artefact can be made, or why not."""

import base64
import re

from nbformat import NotebookNode

from handouts.cells import is_solution
from handouts.fragments import find_problem_of_html, find_problem_of_markdown
from lstm_helpers.style import writable

ESCAPE = re.compile(  # a terminal's colours, links and the like
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
KINDS = {"image/png", "text/html", "text/latex", "text/plain"}  # of outputs
MAX_SIDE = 10_000  # of a picture
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
REPR = re.compile(r"^<IPython\.core\.display\.\w+ object>$")


def admit(name: str, notebook: NotebookNode) -> None:
    """Refuse what some artefact would lose, and make all that was printed legible.

    Parameters
    ----------
    name : str
        What a message calls the notebook.
    notebook : NotebookNode
        Its outputs are changed: escape sequences go, control characters and halves of
        characters are written out, and what else
        :func:`lstm_helpers.style.writable` replaces, such as what turns a direction
        of writing round, is shown as U+FFFD.

    Raises
    ------
    ValueError
        With the number of the cell, from 0 on: if it was not run, has failed and should
        not, holds a solution without its tag, gives an equation two numbers, shows a
        picture without an alternative text, or something that cannot be shown on paper
        and without a network.
    """
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            make_legible(output)  # before it is judged: what goes may have split a tag
        if problem := find_problem(cell):
            raise ValueError(f"{name}: cell {number}: {writable(problem)}")


def find_problem(cell: NotebookNode) -> str:
    """Say what is wrong with a cell, if anything is."""
    if cell.cell_type == "raw":
        return "got a raw cell, wanted Markdown or code"
    if cell.get("attachments"):
        return "got an attachment, wanted pictures that code draws"
    if cell.cell_type == "markdown":
        return find_problem_of_equations(cell.source) or find_problem_of_markdown(
            cell.source
        )
    if cell.execution_count is None and cell.source.strip():
        return "it was not run, wanted an executed copy, which `make run` makes"
    if cell.source.startswith("# Solution") and not is_solution(cell):
        return "got '# Solution' without the tag 'solution', wanted both or none"
    if "raises-exception" not in cell.metadata.get("tags", []):
        for output in cell.outputs:
            if output.output_type == "error":
                wanted = "a cell that runs, or the tag 'raises-exception'"
                return f"got the error {output.ename}, wanted {wanted}"
    return next(filter(None, map(find_problem_of_output, cell.outputs)), "")


def find_problem_of_equations(source: str) -> str:
    """Say what is wrong with the numbers of displayed equations, if anything is."""
    for equation in DISPLAYED.findall(CODE.sub("", source)):
        if equation.count(r"\tag{") > 1:
            return r"got an equation with two \tag, wanted two equations, each in $$"
    return ""


def find_problem_of_output(output: NotebookNode) -> str:
    """Say what is wrong with an output, if anything is."""
    if output.output_type in ("stream", "error"):
        return ""
    data, text = output.data, output.data.get("text/plain", "")
    shown = not {"image/png", "text/html"}.isdisjoint(data)
    if not data.keys() <= KINDS or (not shown and (not text or REPR.match(text))):
        return f"got an output of {', '.join(data)}, wanted text, HTML or a PNG"
    if "image/png" in data:
        about = output.metadata.get("image/png", {})
        if problem := find_problem_of_picture(data["image/png"], about):
            return problem
    return find_problem_of_html(data.get("text/html", ""))


def find_problem_of_picture(content: str, about: object) -> str:
    """Say what is wrong with a picture or with what is said about it."""
    if not isinstance(about, dict):
        return f"got {about!r:.80} about a picture, wanted an object with alt"
    alt = about.get("alt", "")
    if not isinstance(alt, str) or not alt.strip():
        return "got a picture without an alternative text, wanted figures.show()"
    for side in ("width", "height"):
        length = about.get(side, 1)
        if type(length) not in (int, float) or not 0 < length <= MAX_SIDE:
            return (
                f"got {length!r:.80} for a picture's {side}, wanted a "
                f"number of pixels from 1 to {MAX_SIDE}, or none"
            )
    try:
        png = base64.b64decode("".join(content.split()), validate=True)
    except ValueError as error:
        return f"got a picture that is no base64 ({error}): run the cell again"
    if not png.startswith(PNG_START) or not png.endswith(PNG_END):
        return "got a picture that is no whole PNG: run the cell again"
    return ""


def make_legible(output: NotebookNode) -> None:
    """Write out what cannot be printed."""
    for field in ("text", "ename", "evalue"):
        if field in output:
            output[field] = legible(output[field])
    if "traceback" in output:
        output.traceback = [legible(line) for line in output.traceback]
    about = output.get("metadata", {}).get("image/png")
    if isinstance(about, dict) and isinstance(about.get("alt"), str):
        about["alt"] = legible(about["alt"])
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/"):
            output.data[kind] = legible(content)


def legible(text: str) -> str:
    r"""Make a text of characters that can be printed.

    Examples
    --------
    >>> legible("\x1b[31mred\x1b[0m\x08\x9b\u202e")
    'red␈��'
    """
    text = CONTROL.sub(control_picture, ESCAPE.sub("", text))
    return writable(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def control_picture(found: re.Match[str]) -> str:
    """Choose the sign that stands for a control character."""
    return chr(0x2400 + ord(found[0]))
