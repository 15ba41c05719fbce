#!/usr/bin/env python3
"""torch_stand_ins.py COMPILER: lets `import torch` of the PyPI wheel work without the CUDA wheels.

The wheel links CUDA libraries, gigabytes that a CPU never calls. For each this
makes a library of that name beside torch's own, where the loader looks first,
with the symbols that torch wants; a call says "no device" (100), or gives the
registrations at load a place to write to."""
import importlib.metadata
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

# Of the symbols without a version, which belongs to which library.
PREFIXES = {
    "libcudart": r"(__)?cuda", "libcublasLt": r"cublasLt", "libcublas": r"cublas(?!Lt)", "libcudnn": r"cudnn",
    "libcufft": r"cufft", "libcurand": r"curand", "libcusolver": r"cusolver", "libcusparseLt": r"cusparseLt",
    "libcusparse": r"cusparse(?!Lt)", "libnccl": r"p?nccl", "libnvrtc": r"nvrtc", "libcupti": r"cupti",
    "libnvJitLink": r"_*nvJitLink", "libcufile": r"cuFile", "libnvshmem_host": r"nvshmem", "libnvToolsExt": r"nvtx"}


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def wanted(libraries):
    """(names of the CUDA libraries that these need, {symbol: version} that nobody here defines)"""
    names, symbols = set(), {}
    for library in libraries:
        needed = re.findall(r"\(NEEDED\).*\[(.*?)\]", said("llvm-readelf-22", "-Wd", library))
        names |= {name for name in needed if name.split(".so")[0] in PREFIXES}
        for line in said("llvm-nm-22", "-D", "--undefined-only", library).splitlines():
            symbol, _, version = line.split()[-1].partition("@")
            symbols.setdefault(symbol, version.lstrip("@"))
    return sorted(names), symbols


def source(symbols):
    place = re.compile(r"__cuda|.*GetError(String|Name)")
    return "static long place[512];\n" + "".join(
        f"void *{name}(void) {{ return {'place' if place.match(name) else '(void *)100'}; }}\n" for name in symbols)


def version_script(symbols):
    versions = sorted({version for version in symbols.values() if version})
    return "".join(f"{version} {{ global: " + " ".join(f"{name};" for name in symbols if symbols[name] == version) +
                   " };\n" for version in versions) or "{ *; };\n"


def main(compiler):
    folder = pathlib.Path(importlib.util.find_spec("torch").submodule_search_locations[0]) / "lib"
    names, undefined = wanted(folder.glob("*.so"))
    for name in names:
        prefix = re.compile(PREFIXES[name.split(".so")[0]])
        symbols = {symbol: version for symbol, version in undefined.items()
                   if version == name or (prefix.match(symbol) and not symbol.startswith("_Z"))}
        with tempfile.TemporaryDirectory() as scratch:
            code, script = pathlib.Path(scratch, "code.c"), pathlib.Path(scratch, "versions")
            code.write_text(source(symbols))
            script.write_text(version_script(symbols))
            (folder / name).unlink(missing_ok=True)
            said(compiler, "-w", "-O1", "-shared", "-fPIC", "-fno-builtin", str(code), "-o", str(folder / name),
                 "-fuse-ld=lld", f"-Wl,-soname,{name}", f"-Wl,--version-script={script}", "-Wl,--undefined-version")
    print(f"torch {importlib.metadata.version('torch')}: {len(names)} CUDA libraries stand in")


main(sys.argv[1])
