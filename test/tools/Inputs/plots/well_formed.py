"""well_formed.py FILE...: fails unless each is XML and small."""
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

for path in sys.argv[1:]:
    tree.parse(path)
    assert Path(path).stat().st_size < 64 << 10, f"{path}: {Path(path).stat().st_size} bytes"
