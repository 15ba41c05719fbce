"""compile_each.py DIR SUFFIX: what weftc says of each model in a folder, its exit code, and whether it left an output."""
import subprocess
import sys
from pathlib import Path

out = Path(sys.argv[1]) / "out.mlir"
for model in sorted(Path(sys.argv[1]).glob("*" + sys.argv[2])):
    command = ["weftc", model.name, "--compile-to=read", "-o", out.name]
    run = subprocess.run(command, capture_output=True, text=True, cwd=sys.argv[1])
    left = " and leaves an output" if out.exists() else ""
    out.unlink(missing_ok=True)
    print(f"{run.returncode}{left}: {run.stderr.strip()}")
