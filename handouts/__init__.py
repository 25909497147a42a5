"""Executed notebooks -> pages, books, slides, a site and notebooks to hand out.

The modules, in the order in which a chapter passes through them: ``course`` reads the
executed notebooks, ``admission`` refuses what would be lost, ``fragments`` what would
run or fetch something, ``markdown`` writes one as text for pandoc, and each of the
others makes one kind of artefact, in a folder that ``folders`` replaces whole. For the
site, ``sources`` writes what Sphinx reads, with the pages of ``lookup``; ``formulas``
and ``docstrings`` tell it how to show them. ``front`` makes a page that leads to all
that was made. ``assets`` holds styles, settings and pandoc's filter.
"""
