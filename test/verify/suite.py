"""What a verify suite is made of: rows with PASS or FAIL, a claim, a figure."""
import os
import re
import subprocess
import sys
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Suite:
    def __init__(self, name, build):
        self.name = name
        self.build = os.path.abspath(build)
        self.failures = 0
        self.rows = 0
        self.begin = time.time()

    def row(self, claim, check):
        """`check` returns (good, figure) or raises; an exception is a FAIL."""
        start = time.time()
        try:
            good, figure = check()
        except Exception as error:  # a broken check must not hide the others
            if os.environ.get("WEFT_VERIFY_TRACE"):
                traceback.print_exc()
            good, figure = False, f"{type(error).__name__}: {error}".splitlines()[0][:300]
        self.rows += 1
        self.failures += not good
        print(f"{'PASS' if good else 'FAIL'}  {claim}: {figure}  [{time.time() - start:.0f} s]", flush=True)

    def finish(self):
        print(f"{self.rows - self.failures} passed, {self.failures} failed "
              f"({self.name}, {time.time() - self.begin:.0f} s)")
        return 3 if self.failures else 0

    def tool(self, name):
        return os.path.join(self.build, "bin", name)


def run(command, expect=0, timeout=900, **more):
    """Runs a command and returns it finished; another exit code is an error."""
    done = subprocess.run(command, capture_output=True, timeout=timeout, **more)
    if expect is not None and done.returncode != expect:
        text = (done.stderr or done.stdout)[-400:]
        text = text.decode(errors="replace") if isinstance(text, bytes) else text
        raise RuntimeError(f"exit code {done.returncode} of {' '.join(map(str, command))[:200]}: {text.strip()}")
    return done


def lit(build, pattern):
    """Runs the lit tests that match and returns (all passed, "N of N tests")."""
    done = run([sys.executable, os.path.join(ROOT, "test/run_tests.py"), build,
                "--filter", pattern], expect=None, timeout=2400, text=True)
    closing = re.search(r"(\d+) passed, (\d+) failed", done.stdout)
    if not closing:
        raise RuntimeError(f"no closing line: {done.stdout[-200:]}")
    passed, failed = map(int, closing.groups())
    return passed > 0 and failed == 0, f"{passed} of {passed + failed} tests"


def figure(text, pattern):
    """The number that a test printed."""
    found = re.search(pattern, text)
    if not found:
        raise RuntimeError(f"no '{pattern}' in: {text[-200:]}")
    return float(found.group(1))
