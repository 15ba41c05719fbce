"""The step forms of the mixers with a state, as their papers write them: a
second derivation, to hold the dense matrices against."""
import numpy as np

from .linear import positive
from .pairwise import turned
from .tensors import heads


def scan(q, k, v, decay=1.0, scale=1.0):
    """S_t = decay_t S_{t-1} + k_t v_tᵀ, y_t = scale · S_tᵀ q_t; decay a number
    or broadcast against [B, T, H, K, 1]"""
    count = max(x.shape[2] for x in (q, k, v))
    q, k, v = (heads(x, count) for x in (q, k, v))
    batch, tokens = q.shape[:2]
    decay = np.broadcast_to(decay, (batch, tokens, count, k.shape[3], 1))
    state, y = np.zeros((batch, count, k.shape[3], v.shape[3])), np.zeros((batch, tokens, count, v.shape[3]))
    for t in range(tokens):
        state = decay[:, t] * state + k[:, t, :, :, None] * v[:, t, :, None, :]
        y[:, t] = scale * np.einsum("bhk,bhkv->bhv", q[:, t], state)
    return y


def per_head(logs):
    return np.exp(np.asarray(logs, np.float64))[..., None, None]


def per_channel(logs):
    return np.exp(np.asarray(logs, np.float64))[..., None]


def linear_attention(q, k, v):
    q, k = positive(q), positive(k)
    return scan(q, k, v) / scan(q, k, np.ones((*v.shape[:3], 1)))


def retnet(q, k, v):
    even = np.arange(0, q.shape[3], 2)
    gamma = (1 - 2.0 ** (-5 - np.arange(q.shape[2])))[:, None, None]
    return scan(turned(q, even, even + 1), turned(k, even, even + 1), v, gamma, q.shape[3] ** -0.5)


def ssd(c, b, x, log_a):
    return scan(c, b, x, per_head(log_a))


def gla(q, k, v, log_a):
    return scan(q, k, v, per_channel(log_a), q.shape[3] ** -0.5)


def hgrn2(q, v, log_f):
    return scan(q, 1 - np.exp(np.asarray(log_f, np.float64)), v, per_channel(log_f))


def rwkv6(r, k, v, log_w, u):
    r, k, v = (np.asarray(x, np.float64) for x in (r, k, v))
    state, y = np.zeros((r.shape[0], r.shape[2], r.shape[3], v.shape[3])), np.zeros_like(v)
    for t in range(r.shape[1]):
        written = k[:, t, :, :, None] * v[:, t, :, None, :]
        y[:, t] = np.einsum("bhk,bhkv->bhv", r[:, t], state + np.asarray(u, np.float64)[..., None] * written)
        state = np.exp(np.asarray(log_w[:, t], np.float64))[..., None] * state + written
    return y


def aaren(s, v):
    """Sums relative to the largest score so far."""
    top = np.full((s.shape[0], s.shape[2]), -np.inf)
    total, value, y = np.zeros_like(top), np.zeros((*top.shape, v.shape[3])), np.zeros(v.shape)
    for t in range(s.shape[1]):
        new = np.maximum(top, s[:, t])
        keep, write = np.exp(top - new), np.exp(s[:, t] - new)
        total, value = keep * total + write, keep[..., None] * value + write[..., None] * v[:, t]
        top, y[:, t] = new, value / total[..., None]
    return y


def rwkv4(k, v, log_w, u):
    """As the CUDA kernel: p, q and the exponent o they are relative to."""
    p, q = np.zeros((2, k.shape[0], k.shape[2]))
    o, y = np.full_like(p, -1e38), np.zeros(v.shape)
    for t in range(k.shape[1]):
        value = np.asarray(v[:, t, :, 0], np.float64)
        no = np.maximum(o, u + k[:, t])
        y[:, t, :, 0] = ((np.exp(o - no) * p + np.exp(u + k[:, t] - no) * value)
                         / (np.exp(o - no) * q + np.exp(u + k[:, t] - no)))
        no = np.maximum(log_w + o, k[:, t])
        p = np.exp(log_w + o - no) * p + np.exp(k[:, t] - no) * value
        q = np.exp(log_w + o - no) * q + np.exp(k[:, t] - no)
        o = no
    return y


def mlstm(q, k, v, log_f, log_i):
    """As the native step: C, n and m, without the small constant."""
    count = log_f.shape[2]
    q, k, v = (heads(x, count) for x in (q, k, v))
    q = q * q.shape[3] ** -0.5
    c, n = np.zeros((q.shape[0], count, q.shape[3], v.shape[3])), np.zeros((q.shape[0], count, q.shape[3]))
    m, y = np.zeros((q.shape[0], count)), np.zeros((*q.shape[:3], v.shape[3]))
    for t in range(q.shape[1]):
        new = np.maximum(log_f[:, t] + m, log_i[:, t])
        f, i = np.exp(log_f[:, t] + m - new)[..., None], np.exp(log_i[:, t] - new)[..., None]
        c = f[..., None] * c + i[..., None] * k[:, t, :, :, None] * v[:, t, :, None, :]
        n, m = f * n + i * k[:, t], new
        den = np.maximum(np.abs((n * q[:, t]).sum(-1)), np.exp(-m))
        y[:, t] = np.einsum("bhkv,bhk->bhv", c, q[:, t]) / den[..., None]
    return y


def mamba1(x, dt, a, b, c):
    """As selective_scan_ref: h[d, n] of each channel."""
    h, y = np.zeros((x.shape[0], *a.shape)), np.zeros(x.shape)
    for t in range(x.shape[1]):
        step = np.asarray(dt[:, t], np.float64)[..., None]
        h = np.exp(step * a) * h + step * b[:, t] * x[:, t]
        y[:, t, :, 0] = (h * c[:, t]).sum(-1)
    return y


def elementwise(x, log_a):
    """h_t = a_t h_{t-1} + x_t"""
    h, y = np.zeros((x.shape[0], *x.shape[2:])), np.zeros(x.shape)
    for t in range(x.shape[1]):
        h = np.exp(np.asarray(log_a[:, t], np.float64))[..., None] * h + x[:, t]
        y[:, t] = h
    return y


def rg_lru(x, i, log_a):
    return elementwise(np.sqrt(1 - np.exp(2 * np.asarray(log_a, np.float64)))[..., None] * i * x, log_a)


def min_gru(h, log_f):
    return elementwise((1 - np.exp(np.asarray(log_f, np.float64)))[..., None] * h, log_f)


def lru(u, c, log_r, theta):
    """h_t = λ h_{t-1} + u_t in complex numbers, y = Re(C h)"""
    rotation = np.exp(np.asarray(log_r[0], np.float64) + 1j * theta[0])
    h, y = np.zeros((u.shape[0], u.shape[3] // 2), complex), np.zeros((*u.shape[:2], c.shape[0], 1))
    for t in range(u.shape[1]):
        h = rotation * h + u[:, t, 0, 0::2] + 1j * u[:, t, 0, 1::2]
        y[:, t, :, 0] = (h @ (c[:, 0::2] - 1j * c[:, 1::2]).T).real
    return y


def hydra(cf, bf, log_af, cb, bb, log_ab, d, x):
    """Two scans that are read before they are written, one from the end."""
    backward = [np.asarray(t, np.float64)[:, ::-1] for t in (cb, bb, log_ab, x)]
    return (scan_before(cf, bf, log_af, x) + scan_before(*backward)[:, ::-1]
            + np.asarray(d, np.float64)[..., None] * x)


def scan_before(c, b, log_a, x):
    """y_t = S_{t-1}ᵀ c_t"""
    count = log_a.shape[2]
    c, b, x = (heads(t, count) for t in (c, b, x))
    state, y = np.zeros((x.shape[0], count, b.shape[3], x.shape[3])), np.zeros(x.shape)
    for t in range(x.shape[1]):
        y[:, t] = np.einsum("bhk,bhkv->bhv", c[:, t], state)
        state = per_head(log_a[:, t]) * state + b[:, t, :, :, None] * x[:, t, :, None, :]
    return y


def delta(q, k, v, beta, decay):
    """S ← decay S; S += k (beta (v - Sᵀ k))ᵀ; y = Sᵀ q / √K. Sub-steps: k, v,
    beta [B, T, R, H, …], read after the last."""
    count = beta.shape[3]
    q, (k, v) = heads(q, count), (heads(x, count, axis=3) for x in (k, v))
    state, y = np.zeros((q.shape[0], count, q.shape[3], v.shape[4])), np.zeros((*q.shape[:3], v.shape[4]))
    for t in range(q.shape[1]):
        state = decay[:, t] * state
        for r in range(k.shape[2]):
            error = beta[:, t, r, :, None] * (v[:, t, r] - np.einsum("bhkv,bhk->bhv", state, k[:, t, r]))
            state = state + k[:, t, r, :, :, None] * error[:, :, None]
        y[:, t] = q.shape[3] ** -0.5 * np.einsum("bhkv,bhk->bhv", state, q[:, t])
    return y


def delta_net(q, k, v, beta):
    return delta(q, k[:, :, None], v[:, :, None], beta[:, :, None], np.ones((1, q.shape[1], 1, 1, 1)))


def gated_delta_net(q, k, v, log_a, beta):
    return delta(q, k[:, :, None], v[:, :, None], beta[:, :, None], per_head(log_a))


def kda(q, k, v, log_a, beta):
    return delta(q, k[:, :, None], v[:, :, None], beta[:, :, None], per_channel(log_a))


def delta_product(q, k, v, log_a, beta):
    return delta(q, k, v, beta, per_head(log_a))


def rwkv7(r, k, v, log_w, kappa, a):
    """S ← S diag(w) - S κ̂ (κ̂ a)ᵀ + v kᵀ with rows of S values, as published."""
    state, y = np.zeros((r.shape[0], r.shape[2], v.shape[3], r.shape[3])), np.zeros(v.shape)
    for t in range(r.shape[1]):
        removed = np.einsum("bhvk,bhk->bhv", state, kappa[:, t])
        state = (state * np.exp(np.asarray(log_w[:, t], np.float64))[:, :, None]
                 - removed[..., None] * (kappa[:, t] * a[:, t])[:, :, None]
                 + v[:, t, :, :, None] * k[:, t, :, None])
        y[:, t] = np.einsum("bhvk,bhk->bhv", state, r[:, t])
    return y


def s4d(x, log_dt, log_a, a_imag, c):
    """x_k = Ā x_{k-1} + B̄ u_k, y = 2 Re(C x)"""
    a = -np.exp(np.asarray(log_a, np.float64)) + 1j * a_imag
    step = np.exp(np.asarray(log_dt, np.float64))[:, None]
    moved, held = np.exp(step * a), (np.exp(step * a) - 1) / a
    h, y = np.zeros((x.shape[0], *a.shape), complex), np.zeros(x.shape)
    for t in range(x.shape[1]):
        h = moved * h + held * x[:, t]
        y[:, t, :, 0] = 2 * ((c[..., 0] + 1j * c[..., 1]) * h).sum(-1).real
    return y


def lmu(x, a, b, c):
    """m_t = A m_{t-1} + b x_t, y = cᵀ m_t, for each column of x"""
    m, y = np.zeros((x.shape[0], x.shape[2], a.shape[1], x.shape[3])), np.zeros(x.shape)
    for t in range(x.shape[1]):
        m = np.einsum("hmn,bhnd->bhmd", a, m) + b[..., None] * x[:, t, :, None]
        y[:, t] = np.einsum("hn,bhnd->bhd", c, m)
    return y


def short_conv(x, taps):
    """A window of the last W inputs."""
    window, y = np.zeros((x.shape[0], *taps.shape)), np.zeros(x.shape)
    for t in range(x.shape[1]):
        window = np.concatenate([x[:, t], window[..., :-1]], axis=-1)
        y[:, t, :, 0] = (window * taps).sum(-1)
    return y / (1 + np.exp(-y))
