# The tests of weft: one folder per room, *.mlir and *.test.
import os

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

config.substitutions += [
    ("%model", model),
    ("%python", python),
    ("%cc", config.host_cc),
    ("%weft_src", config.weft_source_root),
    ("%weft_build", config.weft_binary_root),
    ("%weft_lib", os.path.join(config.weft_binary_root, "lib", "libweft.so")),
    ("%llvm_lib", config.llvm_lib_dir),
    ("%llvm_include", config.llvm_include_dir),
]
