"""What JupyterLab does when make lab starts it, in the folder where that was typed."""

import os
import runpy
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1]
runpy.run_path(str(TOOLS / "corpus_paths.py"))["make_whole"](os.environ)
