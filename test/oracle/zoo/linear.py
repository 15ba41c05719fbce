"""Mixers that are linear in a K × V state, with a diagonal transition: a decay
per head or per key channel, or none."""
import numpy as np

from .tensors import after, apply, heads, lags, lower, masked, normalized, scores
from .pairwise import turned


def decayed(q, k, log_a, scale=1.0, exclusive=False):
    """scale · Σ_d q_id k_jd exp(Σ_{j < s ≤ i} log_a_sd) for j ≤ i; exclusive:
    the sum over j < s < i and j < i. log_a [B, T, H] or [B, T, H, K]."""
    count = max(q.shape[2], k.shape[2], log_a.shape[2])
    q, k, log_a = heads(q, count), heads(k, count), heads(log_a, count)
    if log_a.ndim == 3:
        log_a = log_a[..., None]
    weights = np.exp(after(log_a, exclusive))
    weights = np.broadcast_to(weights, (*weights.shape[:4], q.shape[3]))
    matrix = scale * np.einsum("bihd,bjhd,bijhd->bhij", q, k, weights)
    return masked(matrix, lower(q.shape[1], strict=exclusive))


def positive(x):
    """elu(x) + 1"""
    x = np.asarray(x, np.float64)
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def linear_attention_matrix(q, k):
    """φ(q_i)·φ(k_j) / Σ_{j ≤ i} φ(q_i)·φ(k_j), φ = elu + 1"""
    return normalized(masked(scores(positive(q), positive(k), 1.0), lower(q.shape[1])))


def linear_attention(q, k, v):
    return apply(linear_attention_matrix(q, k), v)


def retnet_matrix(q, k):
    """γ_h^{i-j} q̃_i·k̃_j / √K, γ_h = 1 - 2^{-5-h}, pairs (2d, 2d + 1) turned"""
    even = np.arange(0, q.shape[3], 2)
    gamma = 1 - 2.0 ** (-5 - np.arange(q.shape[2]))
    weights = gamma[:, None, None] ** np.maximum(lags(q.shape[1]), 0)
    return masked(weights * scores(turned(q, even, even + 1), turned(k, even, even + 1)), lower(q.shape[1]))


def retnet(q, k, v):
    return apply(retnet_matrix(q, k), v)


def ssd_matrix(c, b, log_a):
    """c_i·b_j exp(Σ_{j < s ≤ i} log_a_s)"""
    return decayed(c, b, log_a)


def ssd(c, b, x, log_a):
    return apply(ssd_matrix(c, b, log_a), x)


def gla_matrix(q, k, log_a):
    """Σ_d q_id k_jd exp(Σ_{j < s ≤ i} log_a_sd) / √K"""
    return decayed(q, k, log_a, q.shape[3] ** -0.5)


def gla(q, k, v, log_a):
    return apply(gla_matrix(q, k, log_a), v)


def hgrn2_matrix(q, log_f):
    """Σ_d q_id (1 - f_jd) exp(Σ_{j < s ≤ i} log_f_sd)"""
    return decayed(q, -np.expm1(np.asarray(log_f, np.float64)), log_f)


def hgrn2(q, v, log_f):
    return apply(hgrn2_matrix(q, log_f), v)


def rwkv6_matrix(r, k, log_w, u):
    """Σ_d r_id k_jd exp(Σ_{j < s < i} log_w_sd) for j < i, Σ_d r_id u_d k_id
    on the diagonal"""
    matrix = decayed(r, k, log_w, exclusive=True)
    bonus = np.einsum("bihd,hd,bihd->bhi", *(np.asarray(x, np.float64) for x in (r, u, k)))
    return matrix + np.eye(r.shape[1]) * bonus[..., None]


def rwkv6(r, k, v, log_w, u):
    return apply(rwkv6_matrix(r, k, log_w, u), v)


def aaren_matrix(s):
    """exp(s_j) / Σ_{j ≤ i} exp(s_j), s_j = q·k_j for the one learned query"""
    keep = lower(s.shape[1])
    ones = np.ones((s.shape[0], s.shape[2], s.shape[1], s.shape[1]))
    return normalized(masked(ones, keep), s, keep)


def aaren(s, v):
    return apply(aaren_matrix(s), v)


def rwkv4_matrix(k, log_w, u):
    """∝ exp((i - 1 - j) log_w + k_j) for j < i, exp(u + k_i) for j = i; rows
    divided by their sums. A head is a channel."""
    tokens = k.shape[1]
    exponent = (lags(tokens) - 1) * np.asarray(log_w, np.float64)[:, None, None]
    exponent = np.where(np.eye(tokens, dtype=bool), np.asarray(u, np.float64)[:, None, None], exponent)
    weights = np.exp(masked(exponent, lower(tokens)))[None] + np.zeros((k.shape[0], 1, 1, 1))
    return normalized(masked(weights, lower(tokens)), k, lower(tokens))


def rwkv4(k, v, log_w, u):
    return apply(rwkv4_matrix(k, log_w, u), v)


def mlstm_matrix(q, k, log_f, log_i):
    """D_ij q_i·k_j / √K over max(|row sum|, 1), D_ij = exp(Σ_{j < s ≤ i} log_f_s
    + log_i_j)"""
    matrix = decayed(q, k, log_f, q.shape[3] ** -0.5)
    return normalized(matrix, heads(log_i, matrix.shape[1]), lower(q.shape[1]), floor=1.0)


def mlstm(q, k, v, log_f, log_i):
    return apply(mlstm_matrix(q, k, log_f, log_i), v)


def hydra_matrix(cf, bf, log_af, cb, bb, log_ab, d):
    """cf_i·bf_j exp(Σ_{j < s < i} log_af_s) below the diagonal, d_i on it,
    cb_i·bb_j exp(Σ_{i < s < j} log_ab_s) above"""
    below = decayed(cf, bf, log_af, exclusive=True)
    above = decayed(bb, cb, log_ab, exclusive=True).swapaxes(2, 3)
    return below + above + np.eye(d.shape[1]) * np.asarray(d, np.float64).transpose(0, 2, 1)[..., None]


def hydra(cf, bf, log_af, cb, bb, log_ab, d, x):
    return apply(hydra_matrix(cf, bf, log_af, cb, bb, log_ab, d), x)


def mamba1_matrix(dt, a, b, c):
    """Σ_n c_in b_jn exp(a_dn Σ_{j < s ≤ i} dt_sd) for each channel d"""
    dt, a = np.asarray(dt, np.float64), np.asarray(a, np.float64)
    return decayed(c, b, dt[..., None] * a)


def mamba1(x, dt, a, b, c):
    """The input is dt_j x_j."""
    return apply(mamba1_matrix(dt, a, b, c), np.asarray(dt, np.float64)[..., None] * x)


def gated_matrix(log_a):
    """exp(Σ_{j < s ≤ i} log_a_s) for each channel"""
    one = np.ones((*log_a.shape, 1))
    return decayed(one, one, log_a)


def rg_lru(x, i, log_a):
    """The input is √(1 - a²) i x."""
    log_a = np.asarray(log_a, np.float64)
    return apply(gated_matrix(log_a), np.sqrt(-np.expm1(2 * log_a))[..., None] * i * x)


def min_gru(h, log_f):
    """f = 1 - z; the input is (1 - f) h."""
    log_f = np.asarray(log_f, np.float64)
    return apply(gated_matrix(log_f), -np.expm1(log_f)[..., None] * h)


def pairs(x):
    """Neighbouring channels as complex numbers."""
    x = np.asarray(x, np.float64)
    return x[..., 0::2] + 1j * x[..., 1::2]


def lru_matrix(u, c, log_r, theta):
    """Re Σ_n C_dn λ_n^{i-j} u_jn with λ = exp(log_r + i theta), u after its
    projection and √(1 - |λ|²); c holds the pairs (Re C, -Im C)"""
    tokens = u.shape[1]
    power = np.maximum(lags(tokens), 0)[..., None]
    log_lambda = (np.asarray(log_r, np.float64) + 1j * np.asarray(theta, np.float64))[0]
    entries = np.einsum("dn,ijn,bjn->bdij", pairs(c).conj(), np.exp(power * log_lambda), pairs(u)[:, :, 0])
    return masked(entries.real, lower(tokens))


def lru(u, c, log_r, theta):
    ones = np.ones((*u.shape[:2], 1, 1))
    return apply(lru_matrix(u, c, log_r, theta), ones)
