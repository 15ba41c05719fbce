# The tests of weft: one folder per room, *.mlir and *.test.
import glob
import os
import shutil

import lit.formats

config.name = "weft"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.weft_binary_root, "test")

for folder in (config.llvm_tools_dir, os.path.join(config.weft_binary_root, "bin")):
    config.environment["PATH"] = folder + os.pathsep + config.environment["PATH"]

# numpy lives in the environment that ./dev setup makes.
venv = os.path.join(config.weft_source_root, "build", "venv", "bin", "python")
python = os.environ.get("WEFT_PYTHON") or (venv if os.path.exists(venv) else config.python)

# The real model: ./dev test fetches it. Tests that use it fail without it.
model = os.environ.get("WEFT_MODEL") or os.path.join(
    config.weft_source_root, "build", "models", "SmolLM2-135M-Instruct.Q4_1.gguf")

# The assembler of PTX: a toolkit's, or what ./dev setup installs. Tests that use
# it fail without it.
installed = glob.glob(os.path.join(
    config.weft_source_root, "build", "venv", "lib", "python*", "site-packages", "nvidia", "cu*", "bin", "ptxas"))
ptxas = (os.environ.get("WEFT_PTXAS") or shutil.which("ptxas", path=config.environment["PATH"])
         or shutil.which("/usr/local/cuda/bin/ptxas") or (installed or ["ptxas"])[0])

config.substitutions += [
    ("%ptxas", ptxas),
    ("%model", model),
    ("%python", python),
    ("%cc", config.host_cc),
    ("%cxx", config.host_cxx),
    ("%weft_src", config.weft_source_root),
    ("%weft_build", config.weft_binary_root),
    ("%weft_lib", os.path.join(config.weft_binary_root, "lib", "libweft.so")),
    ("%llvm_lib", config.llvm_lib_dir),
    ("%llvm_include", config.llvm_include_dir),
]
