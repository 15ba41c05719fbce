"""documents.py FILE: four documents of 22, 9, 20 and 13 tokens."""
import sys

import numpy as np

np.save(sys.argv[1], np.repeat(np.arange(4), [22, 9, 20, 13])[None])
