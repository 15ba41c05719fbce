"""ptx.py PTXAS MODEL GPU...: compiles a model to PTX for each GPU and assembles it; prints a row for each, with the
kernels, the most registers and the most shared memory of one. Exit code 1 if anything is refused or unresolved."""
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def fail(text):
    sys.exit(f"ptx.py: {text}")


def run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except FileNotFoundError:
        fail(f"no {command[0]}; ./dev setup installs ptxas")
    if done.returncode:
        fail(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def most(pattern, text):
    return max((int(number) for number in re.findall(pattern, text)), default=0)


ptxas, model, *gpus = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    for gpu in gpus:
        ptx = Path(folder) / "kernels.ptx"
        run("weftc", model, "-o", str(ptx), f"--gpu={gpu}")
        text = ptx.read_text()
        kernels = len(re.findall(r"^\.visible \.entry ", text, re.M))
        if f".target {gpu}" not in text:
            fail(f"the PTX is not for {gpu}")
        if ".extern" in text or not kernels:
            fail(f"{kernels} kernels, {text.count('.extern')} unresolved symbols")
        said = run(ptxas, "-v", f"-arch={gpu}", str(ptx), "-o", str(Path(folder) / "kernels.cubin"))
        registers = most(r"Used (\d+) registers", said)
        shared = most(r"(\d+) bytes smem", said)
        spilled = most(r"(\d+) bytes spill stores", said)
        print(f"{Path(model).stem} {gpu}: {kernels} kernels, at most {registers} registers, "
              f"{shared} bytes of shared memory, {spilled} bytes spilled")
