#!/usr/bin/env python3
"""check_counts.py FILE WEIGHT...: counts of draws that follow the weights, to
five standard deviations; a weight of 0 is never drawn."""
import sys

counts = [int(word) for word in open(sys.argv[1]).read().split()]
weights = [float(word) for word in sys.argv[2:]]
draws, total = sum(counts), sum(weights)
assert len(counts) == len(weights)
for count, weight in zip(counts, weights):
    p = weight / total
    assert abs(count - draws * p) <= 5 * (draws * p * (1 - p)) ** 0.5, (counts, weights)
