"""blocks.py BLOCK < TEXT: compares the map of blocks with the entries of a plot in characters. An empty block has no
entry, a full one all; prints also how many partial ones could have been told."""
import re
import sys

block, text = int(sys.argv[1]), sys.stdin.read()
entries, blocks = re.search(r"\n\n(.*?)\nentries .*?\n\nblocks [^\n]*\n(.*?)\n[^\n]*\n$", text, re.S).groups()
rows = entries.split("\n")
width = len(rows[0])
assert all(len(row) == width for row in rows), "rows of one length"
wrong, loose = 0, 0
for r, marks in enumerate(blocks.split("\n")):
    assert len(marks) == -(-width // block), "a mark for each block of columns"
    for c, mark in enumerate(marks):
        cells = "".join(row[c * block:(c + 1) * block] for row in rows[r * block:(r + 1) * block])
        absent = cells.count("·")
        truth = "·" if absent == len(cells) else "█" if absent == 0 else "▒"
        wrong += mark != truth and mark != "▒"
        loose += mark != truth
assert len(blocks.split("\n")) == -(-len(rows) // block), "a row of marks for each block of rows"
print("blocks agree" if not wrong else f"{wrong} blocks are wrong", f"({loose} partial that need not be)")
