"""Mixers whose entries depend on i - j, with diagonals around them."""
import numpy as np

from .tensors import apply, lags


def toeplitz_matrix(taps, batch, tokens, first=0):
    """taps[h, i - j - first] for 0 ≤ i - j - first < L"""
    taps, lag = np.asarray(taps, np.float64), lags(tokens) - first
    present = (lag >= 0) & (lag < taps.shape[1])
    entries = np.where(present, taps[:, np.where(present, lag, 0)], 0)
    return np.broadcast_to(entries, (batch, *entries.shape))


def toeplitz(x, taps):
    """As many lags ahead as back."""
    return apply(toeplitz_matrix(taps, *x.shape[:2], -(np.shape(taps)[1] // 2)), x)


def short_conv(x, taps):
    """silu(taps * x); a head is a channel."""
    u = apply(toeplitz_matrix(taps, *x.shape[:2]), x)
    return u / (1 + np.exp(-u))


def hyena_matrix(x0, x1, taps, bias):
    """x0_i (taps_{i-j} + bias δ_ij) x1_j"""
    batch, tokens = x0.shape[:2]
    matrix = toeplitz_matrix(taps, batch, tokens) + np.eye(tokens) * np.asarray(bias, np.float64)[:, None, None]
    rows, columns = (np.asarray(x, np.float64)[..., 0].transpose(0, 2, 1) for x in (x0, x1))
    return rows[..., :, None] * matrix * columns[..., None, :]


def hyena(x0, x1, v, taps, bias):
    return apply(hyena_matrix(x0, x1, taps, bias), v)


def s4d_kernel(tokens, log_dt, log_a, a_imag, c):
    """K_l = 2 Re Σ_n c_n (e^{dt A_n} - 1) / A_n e^{dt A_n l}, A = -e^{log_a} + i a_imag"""
    dt, log_a, a_imag, c = (np.asarray(x, np.float64) for x in (log_dt, log_a, a_imag, c))
    a = -np.exp(log_a) + 1j * a_imag
    step = np.exp(dt)[:, None] * a
    held = (c[..., 0] + 1j * c[..., 1]) * np.expm1(step) / a
    return 2 * np.einsum("hn,hnl->hl", held, np.exp(step[..., None] * np.arange(tokens))).real


def s4d(x, log_dt, log_a, a_imag, c):
    """Zero-order hold, no direct term."""
    taps = s4d_kernel(x.shape[1], log_dt, log_a, a_imag, c)
    return apply(toeplitz_matrix(taps, *x.shape[:2]), x)


def legendre_memory(order, theta):
    """(A, b) of a memory of θ tokens: F and g held over one token, by the
    exponential of [[F, g], [0, 0]], a Taylor series after halving."""
    row, column = np.mgrid[:order, :order]
    size = (2 * np.arange(order) + 1) / theta
    system = np.zeros((order + 1, order + 1))
    system[:order, :order] = size[:, None] * np.where(row < column, -1, -(-1.0) ** (row - column))
    system[:order, order] = size * (-1.0) ** np.arange(order)
    halvings = max(0, int(np.ceil(np.log2(np.abs(system).sum(axis=1).max()))) + 1)
    held = term = np.eye(order + 1)
    for n in range(1, 25):
        term = term @ system / (n * 2.0 ** halvings)
        held = held + term
    held = np.linalg.matrix_power(held, 2 ** halvings)
    return held[:order, :order], held[:order, order]


def lmu(x, a, b, c):
    """M_ij = cᵀ A^{i-j} b"""
    a, b, c = (np.asarray(tensor, np.float64) for tensor in (a, b, c))
    taps = np.zeros((len(a), max(x.shape[1], 1)))
    for h in range(len(a)):
        taps[h] = [c[h] @ np.linalg.matrix_power(a[h], lag) @ b[h] for lag in range(taps.shape[1])]
    return apply(toeplitz_matrix(taps, *x.shape[:2]), x)
