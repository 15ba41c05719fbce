"""Mixers that erase before they write: S_t = A_t S_{t-1} + k_t v_tᵀ with A_t a
diagonal plus a matrix of rank one for each write."""
import numpy as np

from .tensors import apply, heads


def products(q, k, transition, scale):
    """scale · q_iᵀ A_i ⋯ A_{j+1} k_j for j ≤ i; transition(i, w) is A_i w for
    columns w [B, H, j, K]."""
    batch, tokens, count, width = q.shape
    matrix = np.zeros((batch, count, tokens, tokens))
    columns = np.zeros((batch, count, tokens, width))
    for i in range(tokens):
        columns[:, :, :i] = transition(i, columns[:, :, :i])
        columns[:, :, i] = k[:, i]
        matrix[:, :, i, :i + 1] = scale * np.einsum("bhjd,bhd->bhj", columns[:, :, :i + 1], q[:, i])
    return matrix


def plus_rank_one(w, b, a):
    """w + b aᵀ w"""
    return w + b[:, :, None] * np.einsum("bhjd,bhd->bhj", w, a)[..., None]


def grouped(count, *tensors):
    return [heads(tensor, count) for tensor in tensors]


def delta_matrix(q, k, beta, log_a=None):
    """q_iᵀ A_i ⋯ A_{j+1} k_j beta_j / √K, A_t = (I - beta_t k_t k_tᵀ) e^{log_a_t};
    log_a [B, T, H] or [B, T, H, K]"""
    count = max(q.shape[2], k.shape[2], beta.shape[2])
    log_a = np.zeros(beta.shape) if log_a is None else log_a
    q, k, beta, log_a = grouped(count, q, k, beta, log_a)
    decay = np.exp(log_a if log_a.ndim == 4 else log_a[..., None])
    written = beta[..., None] * k

    def transition(i, w):
        return plus_rank_one(decay[:, i, :, None] * w, -written[:, i], k[:, i])
    return products(q, written, transition, q.shape[3] ** -0.5)


def delta_net(q, k, v, beta):
    return apply(delta_matrix(q, k, beta), v)


def gated_delta_net(q, k, v, log_a, beta):
    """A decay per head, before the erasure."""
    return apply(delta_matrix(q, k, beta, log_a), v)


def kda(q, k, v, log_a, beta):
    """A decay per key channel, before the erasure."""
    return apply(delta_matrix(q, k, beta, log_a), v)


def delta_product_matrix(q, k, log_a, beta):
    """delta_matrix over T · R writes, R for each token: the decay acts before
    the first write of a token, rows are read after its last."""
    batch, tokens, writes = k.shape[:3]
    flat = [np.asarray(x, np.float64).reshape(batch, tokens * writes, *x.shape[3:]) for x in (k, beta)]
    spread = np.zeros((batch, tokens, writes, log_a.shape[2]))
    spread[:, :, 0] = log_a
    queries = np.repeat(np.asarray(q, np.float64), writes, axis=1)
    matrix = delta_matrix(queries, flat[0], flat[1], spread.reshape(batch, tokens * writes, log_a.shape[2]))
    return matrix[:, :, writes - 1::writes]


def delta_product(q, k, v, log_a, beta):
    x = np.asarray(v, np.float64).reshape(v.shape[0], v.shape[1] * v.shape[2], *v.shape[3:])
    return apply(delta_product_matrix(q, k, log_a, beta), x)


def dplr_matrix(q, k, log_w, a, b, scale=1.0):
    """A_t = diag(e^{log_w_t}) + b_t a_tᵀ: the erasure reads the state before
    its decay"""
    count = max(x.shape[2] for x in (q, k, log_w, a, b))
    q, k, log_w, a, b = grouped(count, q, k, log_w, a, b)
    decay = np.exp(log_w)

    def transition(i, w):
        erased = np.einsum("bhjd,bhd->bhj", w, a[:, i])
        return decay[:, i, :, None] * w + b[:, i, :, None] * erased[..., None]
    return products(q, k, transition, scale)


def rwkv7_matrix(r, k, log_w, kappa, a):
    """dplr with a_t = -kappa_t, b_t = kappa_t · a_t, kappa of length one"""
    kappa = np.asarray(kappa, np.float64)
    return dplr_matrix(r, k, log_w, -kappa, kappa * a)


def rwkv7(r, k, v, log_w, kappa, a):
    return apply(rwkv7_matrix(r, k, log_w, kappa, a), v)
