"""How many minutes each notebook takes, by a count of what stands on its pages.

    python tools/minutes.py             a line for each notebook
    python tools/minutes.py --sections  and one for each of its sections

A reader takes a minute for 200 words, 4 seconds for a line of code, and 30 seconds for
a picture and for a displayed formula. Exercises are left out: their prompts say how
long they take. Nobody has been timed: the rates are ours.
"""

import argparse
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
WORDS_A_MINUTE = 200
SECONDS_A_LINE = 4
SECONDS_A_PICTURE = 30  # and a displayed formula
HEADING = re.compile(r"## (?:(\d+\.\d+) )?(.+)")
FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
NO_WORDS = re.compile(r"<[^>]*>|\]\([^)]*\)|!\[[^]]*\]|^\|[-:| ]+\|$", re.MULTILINE)
WORD = re.compile(r"[^\W\d_][\w'-]*")


def minutes_by_section(notebook):
    """Count the minutes of each section, exercises left out.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    dict of str to float
        Number, or title where there is none, such as "4.2" and "Summary"; "" is what
        stands above the first section.
    """
    minutes, section = {"": 0.0}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
                if found := HEADING.match(part):
                    section = found[1] or found[2]
                    minutes[section] = 0.0
                minutes[section] += minutes_of_text(part)
        else:
            minutes[section] += minutes_of_code(cell)
    minutes.pop("Exercises", None)
    return minutes


def minutes_of_text(text):
    """Count words and displayed formulas."""
    without_formulas, n_formulas = FORMULA.subn(" ", text)
    n_words = len(WORD.findall(NO_WORDS.sub(" ", without_formulas)))
    return n_words / WORDS_A_MINUTE + n_formulas * SECONDS_A_PICTURE / 60


def minutes_of_code(cell):
    """Count lines and pictures."""
    n_lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    n_pictures = sum(
        any(kind.startswith("image/") for kind in output.get("data", {}))
        for output in cell.outputs
    )
    return (n_lines * SECONDS_A_LINE + n_pictures * SECONDS_A_PICTURE) / 60


def main():
    """Print the minutes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sections", action="store_true")
    options = parser.parse_args()
    total = 0.0
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        minutes = minutes_by_section(nbformat.read(path, as_version=4))
        total += sum(minutes.values())
        print(f"{path.stem:20}{sum(minutes.values()):6.0f}")
        if options.sections:
            for name, value in minutes.items():
                print(f"    {name or 'opening':16}{value:6.1f}")
    print(f"{'together':20}{total:6.0f}")


if __name__ == "__main__":
    main()
