"""Softmax attention and its modifiers: score, mask, row sum, apply."""
import numpy as np

from .tensors import after, apply, heads, lags, lower, masked, scores, softmax


def attention_matrix(q, k, change=None, keep=None, scale=None, extra=None):
    """softmax_j(change(scale · q_i·k_j)) over the kept (i, j)"""
    s = scores(q, k, scale)
    if change is not None:
        s = change(s)
    keep = np.ones(s.shape[2:], bool) if keep is None else keep
    return softmax(s, np.broadcast_to(keep, s.shape), extra)


def causal(q, k, v, change=None, extra=None, scale=None):
    return apply(attention_matrix(q, k, change, lower(q.shape[1]), scale, extra), v)


def attention(q, k, v):
    """P_ij = softmax_{j ≤ i}(q_i·k_j / √K); heads of k, v shared by groups"""
    return causal(q, k, v)


def attention_grouped(q, k, v):
    return causal(q, k, v)


def attention_bidirectional(q, k, v):
    """P_ij = softmax_j(q_i·k_j / √K)"""
    return apply(attention_matrix(q, k), v)


def attention_cross(q, k, v):
    """P_ij = softmax_j(q_i·k_j / √K) over the S keys of another sequence"""
    return apply(attention_matrix(q, k), v)


def sliding_window(q, k, v, window=20):
    """0 ≤ i - j < window"""
    lag = lags(q.shape[1])
    return apply(attention_matrix(q, k, keep=(lag >= 0) & (lag < window)), v)


def alibi(q, k, v):
    """s_ij - 2^{-8(h+1)/H} |i - j|"""
    count = q.shape[2]
    slopes = 2.0 ** (-8.0 * np.arange(1, count + 1) / count)
    return causal(q, k, v, lambda s: s - slopes[:, None, None] * np.abs(lags(q.shape[1])))


def t5_bucket(distance, buckets=32, longest=128):
    """Causal: half of the buckets hold one distance each, the others are
    spaced by its logarithm up to `longest`."""
    exact = buckets // 2
    distance = np.maximum(distance, 0)
    ratio = np.log(np.maximum(distance, 1) / exact) / np.log(longest / exact)
    far = exact + np.floor(ratio * (buckets - exact)).astype(int)
    return np.where(distance < exact, distance, np.minimum(far, buckets - 1))


def t5_bias(q, k, v, bias):
    """q_i·k_j + bias[bucket(i - j), h], no 1/√K"""
    bias = np.asarray(bias, np.float64)
    buckets = t5_bucket(lags(q.shape[1]), bias.shape[0])
    return causal(q, k, v, lambda s: s + bias[buckets].transpose(2, 0, 1), scale=1.0)


def turned(x, first, second, base=10000.0, positions=None):
    """Channel pairs (first_d, second_d) turned by position · base^{-2d/n}, n
    the number of channels that are turned."""
    x = np.array(x, np.float64)
    count = len(first)
    positions = np.arange(x.shape[1]) if positions is None else positions
    angle = positions[:, None] * base ** (-np.arange(count) / count)
    cos, sin = np.cos(angle)[None, :, None, :], np.sin(angle)[None, :, None, :]
    a, b = x[..., first].copy(), x[..., second].copy()
    x[..., first], x[..., second] = a * cos - b * sin, a * sin + b * cos
    return x


def rope(q, k, v):
    """Pairs (2d, 2d + 1)"""
    even = np.arange(0, q.shape[3], 2)
    return causal(turned(q, even, even + 1), turned(k, even, even + 1), v)


def rope_half(q, k, v):
    """Pairs (d, d + K/2)"""
    half = q.shape[3] // 2
    pair = np.arange(half), np.arange(half) + half
    return causal(turned(q, *pair), turned(k, *pair), v)


def rope_partial(q, k, v):
    """Pairs (d, d + K/4) of the first K/2 channels; the others stay"""
    quarter = q.shape[3] // 4
    pair = np.arange(quarter), np.arange(quarter) + quarter
    return causal(turned(q, *pair), turned(k, *pair), v)


def soft_cap(q, k, v, cap=50.0):
    """cap · tanh(s_ij / cap)"""
    return causal(q, k, v, lambda s: cap * np.tanh(s / cap))


def sink(q, k, v, sink):
    """Row sums have one more term exp(sink_h)"""
    return causal(q, k, v, extra=sink)


def document_mask(q, k, v, documents):
    """j ≤ i and both tokens of one document"""
    documents = np.asarray(documents)
    same = documents[:, :, None] == documents[:, None, :]
    return apply(attention_matrix(q, k, keep=(same & lower(q.shape[1]))[:, None]), v)


def prefix_lm(q, k, v, prefix=20):
    """j ≤ i or j < prefix"""
    keep = lower(q.shape[1]) | (np.arange(q.shape[1]) < prefix)
    return apply(attention_matrix(q, k, keep=keep), v)


def forgetting(q, k, v, log_f):
    """s_ij + Σ_{j < s ≤ i} log_f_s"""
    sums = after(heads(log_f, q.shape[2])).transpose(0, 3, 1, 2)
    return causal(q, k, v, lambda s: s + sums)


def urpe(q, k, v, c):
    """softmax_{j ≤ i}(q_i·k_j / √K) · c[h, i - j], rows not divided again"""
    c = np.asarray(c, np.float64)
    lag = np.clip(lags(q.shape[1]), 0, c.shape[1] - 1)
    weights = attention_matrix(q, k, keep=lower(q.shape[1])) * c[:, lag]
    return apply(masked(weights, lower(q.shape[1])), v)
