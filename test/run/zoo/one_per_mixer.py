"""A lit test for each file of mixers/: run_mixer.py with its name. A file that
has no oracle fails, and so does one that nobody wrote a file for."""
import os
import subprocess

import lit.formats
import lit.Test


class OnePerMixer(lit.formats.TestFormat):
    def __init__(self, python, source):
        self.python, self.mixers = python, os.path.join(source, "mixers")

    def getTestsInDirectory(self, suite, path_in_suite, lit_config, local_config):
        if path_in_suite[-1] != "zoo":  # folders below, such as __pycache__
            return
        for name in sorted(os.listdir(self.mixers)):
            if name.endswith(".mlir"):
                yield lit.Test.Test(suite, (*path_in_suite, name[:-len(".mlir")]), local_config)

    def execute(self, test, lit_config):
        name = test.path_in_suite[-1]
        folder = test.getExecPath()
        os.makedirs(folder, exist_ok=True)
        runner = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_mixer.py")
        done = subprocess.run([self.python, runner, os.path.join(self.mixers, name + ".mlir"), folder],
                              capture_output=True, text=True, env=test.config.environment)
        with open(os.path.join(folder, "report.txt"), "w") as report:
            report.write(done.stdout + done.stderr)
        code = lit.Test.PASS if done.returncode == 0 else lit.Test.FAIL
        return code, done.stdout + done.stderr
