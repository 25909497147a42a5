"""The taggers and their peers, measured on the real corpus.

rows lists what is measured. ours, peers, speed, scaling, wall and beyond measure a row,
by the clock and on the corpus's parts. processes runs each row in a process of its own,
report makes figures of them, and __main__ is the command line.
"""
