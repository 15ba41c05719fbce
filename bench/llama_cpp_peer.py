"""llama.cpp, through its Python package."""
import importlib.util
import os
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
F32 = 0  # as ggml numbers the types of tensors


def install():
    """Compiles the package if it is missing: only some cases want it, and it takes minutes."""
    if importlib.util.find_spec("llama_cpp"):
        return
    print("compiling llama.cpp, which takes minutes", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "-r", os.path.join(HERE, "requirements-llama.txt")], check=True,
                   env=os.environ | {"CC": "clang-22", "CXX": "clang++-22"})
    importlib.invalidate_caches()


class LlamaCpp:
    """One thread, keys and values kept as f32, as the others keep them."""

    def __init__(self, path, context):
        install()
        import llama_cpp
        self.library = llama_cpp
        self.model = llama_cpp.Llama(path, n_ctx=2 * context, n_threads=1, n_threads_batch=1, n_batch=context,
                                     n_ubatch=context, type_k=F32, type_v=F32, verbose=False)

    def forward(self, ids, past):
        """The logits of the last token; drops what was kept after `past` tokens."""
        self.model.n_tokens = past
        self.model.eval(ids)
        logits = self.library.llama_get_logits_ith(self.model._ctx.ctx, -1)
        return np.ctypeslib.as_array(logits, (self.model.n_vocab(),)).copy()
