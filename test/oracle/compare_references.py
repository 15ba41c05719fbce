#!/usr/bin/env python3
"""The oracle of the zoo against published code on a CPU.

usage: compare_references.py [FOLDER]

torch and transformers have to be importable. FOLDER holds checkouts
flash-linear-attention and mamba; single functions of their files are taken out
and run, for the packages themselves want a GPU. References compute in f32."""
import ast
import hashlib
import pathlib
import sys

import einops
import numpy as np
import torch
import torch.nn.functional as F

import zoo
from zoo.samples import draw

TOKENS, LIMIT = 37, 2e-5
HERE = pathlib.Path(__file__).resolve().parent
failures = 0


def sample(name, tokens=TOKENS):
    return {key: value.astype(np.float32) if value.dtype == np.float64 else value
            for key, value in draw(name, zoo.parameters(name), tokens).items()}


def tensor(x):
    return torch.from_numpy(np.ascontiguousarray(x))


def head_first(x):
    return tensor(x).transpose(1, 2).contiguous()


def agree(name, source, reference, inputs=None, **changed):
    """`reference` maps the inputs, as torch tensors, to y [B, T, H, V]."""
    global failures
    inputs = {**(inputs or sample(name)), **changed}
    expected = zoo.oracle(name)(**inputs)
    with torch.no_grad():
        actual = reference(**{key: tensor(value) for key, value in inputs.items()}).numpy()
    error = np.abs(actual - expected).max() / np.abs(expected).max()
    good = actual.shape == expected.shape and error < LIMIT
    failures += not good
    print(f"{'PASS' if good else 'FAIL'} {name} = {source}: {error:.1e}")


def function(path, *names, **scope):
    """The first of `names`, all of them defined as the file at `path` does."""
    tree = ast.parse(path.read_text())
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    for node in nodes:
        node.decorator_list = []
    scope = {"torch": torch, "F": F, **{f: getattr(einops, f) for f in ("rearrange", "repeat", "einsum")}, **scope}
    exec(compile("from __future__ import annotations\n" + "\n".join(map(ast.unparse, nodes)), str(path), "exec"), scope)
    return scope[names[0]]


def torch_attention():
    def sdpa(q, k, v, **more):
        y = F.scaled_dot_product_attention(*(x.transpose(1, 2) for x in (q, k, v)), enable_gqa=True, **more)
        return y.transpose(1, 2)
    name = "torch.scaled_dot_product_attention"
    agree("attention", name, lambda q, k, v: sdpa(q, k, v, is_causal=True))
    agree("attention_grouped", name, lambda q, k, v: sdpa(q, k, v, is_causal=True))
    agree("attention_bidirectional", name, sdpa)
    agree("attention_cross", name, sdpa)
    lag = torch.arange(TOKENS)[:, None] - torch.arange(TOKENS)[None, :]
    agree("sliding_window", name, lambda q, k, v: sdpa(q, k, v, attn_mask=(lag >= 0) & (lag < 20)))
    agree("prefix_lm", name,
          lambda q, k, v: sdpa(q, k, v, attn_mask=(lag >= 0) | (torch.arange(TOKENS) < 20)[None, :]))
    agree("document_mask", name, lambda q, k, v, documents: sdpa(
        q, k, v, attn_mask=((documents[:, :, None] == documents[:, None, :]) & (lag >= 0))[:, None]))


def transformers_attention():
    from transformers.models.bloom.modeling_bloom import build_alibi_tensor
    from transformers.models.gemma2.modeling_gemma2 import eager_attention_forward as gemma
    from transformers.models.gpt_oss.modeling_gpt_oss import eager_attention_forward as gpt_oss
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb as half
    from transformers.models.t5.modeling_t5 import T5Attention
    lag = torch.arange(TOKENS)[:, None] - torch.arange(TOKENS)[None, :]
    causal = torch.where(lag >= 0, 0.0, -torch.inf)[None, None]

    class Module:
        num_key_value_groups, training = 1, False

    def eager(forward, q, k, v, mask=causal, **more):
        module = Module()
        module.__dict__.update(more.pop("module", {}))
        more.setdefault("scaling", q.shape[3] ** -0.5)
        return forward(module, *(x.transpose(1, 2) for x in (q, k, v)), mask, dropout=0.0, **more)[0]
    agree("soft_cap", "transformers gemma2", lambda q, k, v: eager(gemma, q, k, v, softcap=50.0))
    agree("sink", "transformers gpt_oss", lambda q, k, v, sink: eager(gpt_oss, q, k, v, module={"sinks": sink}))
    slopes = build_alibi_tensor(torch.ones(1, TOKENS), 4, torch.float32).reshape(1, 4, 1, TOKENS)
    agree("alibi", "transformers bloom", lambda q, k, v: eager(gemma, q, k, v, mask=causal + slopes, softcap=None))
    buckets = T5Attention._relative_position_bucket(-lag, bidirectional=False, num_buckets=32, max_distance=128)
    agree("t5_bias", "transformers t5", lambda q, k, v, bias: eager(
        gemma, q, k, v, mask=causal + bias[buckets].permute(2, 0, 1)[None], softcap=None, scaling=1.0))

    def rotary(q, k, v, width, apply):
        angle = torch.arange(TOKENS)[:, None] * 10000.0 ** (-torch.arange(0, width, 2) / width)
        angle = torch.cat([angle, angle], dim=-1)[None]
        q1, k1 = apply(q[..., :width], k[..., :width], angle.cos(), angle.sin())
        q, k = torch.cat([q1, q[..., width:]], dim=-1), torch.cat([k1, k[..., width:]], dim=-1)
        return eager(gemma, q, k, v, softcap=None)

    def llama(q, k, cos, sin):
        return half(q, k, cos, sin, unsqueeze_dim=2)

    def interleaved(q, k, cos, sin):
        """The pairs of neighbours moved to the halves: scores stay."""
        order = [*range(0, q.shape[3], 2), *range(1, q.shape[3], 2)]
        return llama(q[..., order], k[..., order], cos, sin)
    agree("rope_half", "transformers llama", lambda q, k, v: rotary(q, k, v, 8, llama))
    agree("rope_partial", "transformers llama on half the channels", lambda q, k, v: rotary(q, k, v, 4, llama))
    agree("rope", "transformers llama, channels permuted", lambda q, k, v: rotary(q, k, v, 8, interleaved))


def transformers_states():
    from transformers.models.kimi_linear.modeling_kimi_linear import recurrent_kimi_delta_attention as kda
    from transformers.models.qwen3_next import modeling_qwen3_next as qwen
    from transformers.models.rwkv.modeling_rwkv import rwkv_linear_attention_cpu as wkv
    from transformers.models.xlstm.modeling_xlstm import mlstm_recurrent_sequence_native as mlstm
    for f in (qwen.torch_recurrent_gated_delta_rule, qwen.torch_chunk_gated_delta_rule):
        agree("gated_delta_net", f"transformers {f.__name__}",
              lambda q, k, v, log_a, beta: f(q, k, v, log_a, beta)[0])
        agree("delta_net", f"transformers {f.__name__} without decay",
              lambda q, k, v, beta: f(q, k, v, torch.zeros_like(beta), beta)[0])
    agree("kda", "transformers recurrent_kimi_delta_attention", lambda q, k, v, log_a, beta: kda(
        q, k, v, log_a, beta, None, False)[0])
    agree("rwkv4", "transformers rwkv_linear_attention_cpu", lambda k, v, log_w, u: wkv(
        torch.log(-log_w), u, k, v[..., 0])[0][..., None])

    def xlstm(q, k, v, log_f, log_i):
        raw = -torch.log(torch.expm1(-log_f))  # logsigmoid(raw) = log_f
        first = [x.transpose(1, 2) for x in (q, k, v, log_i, raw)]
        return mlstm(*first, eps=0.0).transpose(1, 2)
    agree("mlstm", "transformers xlstm native", xlstm)


def torch_networks():
    def network(kind, order):
        def run(x, r, bias):
            x = x[..., None, :] if x.ndim == 4 else x
            r = r[:, :, None] if r.ndim == 3 else r
            heads = []
            for h in range(r.shape[0]):
                cell = kind(r.shape[1], r.shape[1], batch_first=True)
                weights = r[h].permute(1, 2, 0)  # [gate, to, from]
                cell.weight_hh_l0.copy_(weights[order].flatten(0, 1))
                inner, outer = biases(bias[h].reshape(-1, r.shape[1]), weights.shape[0])
                cell.bias_hh_l0.copy_(inner[order].flatten())
                heads.append(given(cell, x[:, :, h], outer, order))
            return torch.stack(heads, dim=2)
        return run

    def biases(b, gates):
        """gru: the biases of g, r, z stand inside, that of n outside."""
        zero = torch.zeros(gates, b.shape[1])
        if len(b) == gates:
            return b, zero
        zero[2] = b[3]
        return b[:3], zero

    def given(cell, x, outer, order):
        """Runs the cell with its input projection replaced: one step at a time
        with the given gates as its input bias."""
        cell.weight_ih_l0.zero_()
        state, rows = None, []
        order = order if x.shape[2] != 3 else [0, 1, 2]
        for t in range(x.shape[1]):
            outputs, states = [], []
            for b in range(x.shape[0]):
                cell.bias_ih_l0.copy_((x[b, t] + outer)[order].flatten())
                old = None if state is None else (
                    tuple(s[:, b:b + 1] for s in state) if isinstance(state, tuple) else state[:, b:b + 1])
                y, new = cell(torch.zeros(1, 1, x.shape[3]), old)
                outputs.append(y[:, 0])
                states.append(new)
            pair = isinstance(states[0], tuple)
            state = tuple(torch.cat(s, 1) for s in zip(*states)) if pair else torch.cat(states, 1)
            rows.append(torch.cat(outputs))
        return torch.stack(rows, dim=1)
    agree("elman", "torch.nn.RNN", network(torch.nn.RNN, [0]))
    agree("lstm", "torch.nn.LSTM", network(torch.nn.LSTM, [0, 1, 2, 3]))
    agree("gru", "torch.nn.GRU", network(torch.nn.GRU, [1, 2, 0]))


def torch_convolution():
    def conv(x, taps):
        y = F.conv1d(x[..., 0].transpose(1, 2), taps.flip(1)[:, None], padding=taps.shape[1] - 1, groups=taps.shape[0])
        return y[:, :, :x.shape[1]].transpose(1, 2)[..., None]

    def fft(x, taps):
        size = x.shape[1] + taps.shape[1]
        y = torch.fft.irfft(torch.fft.rfft(x[..., 0].transpose(1, 2), size) * torch.fft.rfft(taps, size), size)
        return y[..., :x.shape[1]].transpose(1, 2)[..., None]
    agree("short_conv", "torch conv1d and silu", lambda x, taps: F.silu(conv(x, taps)))
    agree("hyena", "torch fft", lambda x0, x1, v, taps, bias: x0 * (
        fft(v * x1, taps) + bias[:, None] * (v * x1)))


def fla(folder):
    ops = folder / "flash-linear-attention/fla/ops"

    def first(f, *tensors, **more):
        y = f(*(x.transpose(1, 2) for x in tensors), **more)
        return (y[0] if isinstance(y, tuple) else y).transpose(1, 2)
    gla = function(ops / "gla/naive.py", "naive_recurrent_gla")
    agree("gla", "fla naive_recurrent_gla", lambda q, k, v, log_a: gla(q, k, v, log_a)[0])
    simple = function(ops / "simple_gla/naive.py", "naive_recurrent_simple_gla")
    s = sample("ssd")
    agree("ssd", "fla naive_recurrent_simple_gla", lambda c, b, x, log_a: simple(
        c.expand(-1, -1, 4, -1), b.expand(-1, -1, 4, -1), x, log_a, scale=1.0)[0], s)
    kda = function(ops / "kda/naive.py", "naive_recurrent_kda")
    agree("kda", "fla naive_recurrent_kda", lambda q, k, v, log_a, beta: kda(q, k, v, log_a, beta)[0])
    gdp = function(ops / "gated_delta_product/naive.py", "naive_recurrent_gated_delta_product")
    agree("delta_product", "fla naive_recurrent_gated_delta_product", lambda q, k, v, log_a, beta: gdp(
        q * q.shape[3] ** -0.5, k.flatten(1, 2), v.flatten(1, 2), log_a, beta.flatten(1, 2), None, None,
        num_householder=2)[0])
    rwkv6 = function(ops / "rwkv6/recurrent_naive.py", "naive_recurrent_rwkv6")
    agree("rwkv6", "fla naive_recurrent_rwkv6", lambda r, k, v, log_w, u: rwkv6(
        *(x.transpose(1, 2) for x in (r, k, v, log_w)), u, scale=1.0)[0].transpose(1, 2))
    dplr = function(ops / "generalized_delta_rule/dplr/naive.py", "dplr_recurrence")
    agree("rwkv7", "fla dplr_recurrence", lambda r, k, v, log_w, kappa, a: first(
        dplr, r * r.shape[3] ** 0.5, k, v, -kappa, kappa * a, log_w))
    fox = function(ops / "forgetting_attn/naive.py", "naive_forgetting_attn")
    agree("forgetting", "fla naive_forgetting_attn", lambda q, k, v, log_f: fox(q, k, v, log_f))
    from zoo.pairwise import turned
    retention = function(ops / "retention/naive.py", "naive_retention")
    even = np.arange(0, 8, 2)
    agree("retnet", "fla naive_retention on turned q, k", lambda q, k, v: first(
        retention, *(tensor(turned(x.numpy(), even, even + 1)).float() for x in (q, k)), v))


def mamba(folder):
    root = folder / "mamba/mamba_ssm"
    scan = function(root / "ops/selective_scan_interface.py", "selective_scan_ref")
    agree("mamba1", "mamba_ssm selective_scan_ref", lambda x, dt, a, b, c: scan(
        x[..., 0].transpose(1, 2), dt.transpose(1, 2), a, b[:, :, 0].transpose(1, 2),
        c[:, :, 0].transpose(1, 2)).transpose(1, 2)[..., None])
    minimal = function(root / "modules/ssd_minimal.py", "ssd_minimal_discrete", "segsum")
    agree("ssd", "mamba_ssm ssd_minimal_discrete", lambda c, b, x, log_a: minimal(
        x, log_a, b.expand(-1, -1, 4, -1), c.expand(-1, -1, 4, -1), 12)[0], sample("ssd", 36))


def main():
    torch.manual_seed(0)
    for part in (torch_attention, transformers_attention, transformers_states, torch_networks, torch_convolution):
        part()
    if len(sys.argv) > 1:
        fla(pathlib.Path(sys.argv[1]))
        mamba(pathlib.Path(sys.argv[1]))
    sources = b"".join(path.read_bytes() for path in sorted((HERE / "zoo").glob("*.py")))
    print(f"oracle {hashlib.sha256(sources).hexdigest()}")
    print(f"{failures} disagree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
