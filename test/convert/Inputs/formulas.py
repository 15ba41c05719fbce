"""The normal forms as numpy formulas in f64."""
import numpy as np


def scan(q, k, v, g, state, scale=1.0, reverse=False):
    """S = e^g S + k vᵀ, y = scale · Sᵀ q, heads of q, k, v shared by groups."""
    B, T = v.shape[:2]
    H = state.shape[1]
    q, k = (np.repeat(x, H // x.shape[2], 2).astype(float) for x in (q, k))
    v = np.repeat(v, H // v.shape[2], 2).astype(float)
    S, y = state.astype(float), np.zeros((B, T, H, v.shape[3]))
    for t in range(T)[::-1] if reverse else range(T):
        if g is not None:
            S = S * np.exp(g[:, t].astype(float))[..., None, None]
        S = S + k[:, t, :, :, None] * v[:, t, :, None, :]
        y[:, t] = scale * np.einsum("bhk,bhkv->bhv", q[:, t], S)
    return y, S


def attend(q, k, v, scale, present, score=lambda s, b, h, i, j: s, softmax=True,
           first=0):
    """q at positions from `first`; k, v [B, S, Hk, D]; present and score get
    arrays of indices."""
    B, T, H = q.shape[:3]
    S = k.shape[1]
    k, v = (np.repeat(x, H // x.shape[2], 2).astype(float) for x in (k, v))
    b, h, i, j = np.ix_(range(B), range(H), range(first, first + T), range(S))
    s = scale * np.einsum("bihd,bjhd->bhij", q.astype(float), k)
    s = score(s, b, h, i, j)
    keep = np.broadcast_to(present(b, h, i, j), s.shape)
    if softmax:
        s = np.where(keep, s, -np.inf)
        m = s.max(-1, keepdims=True, initial=-1e300)
        p = np.exp(s - m)
        total = p.sum(-1, keepdims=True)
        p = np.divide(p, total, out=np.zeros_like(p), where=total > 0)
    else:
        p = np.where(keep, s, 0.0)
    return np.einsum("bhij,bjhd->bihd", p, v)


def convolve(taps, x, window=None, reverse=False):
    L, T = taps.shape[1], x.shape[1]
    if window is None:
        window = np.zeros((x.shape[0], L - 1) + x.shape[2:])
    row = np.concatenate([window, x], 1).astype(float)
    if reverse:
        row = np.concatenate([x, np.zeros_like(window)], 1).astype(float)
    y = np.zeros(x.shape)
    for l in range(L):
        at = l if reverse else L - 1 - l
        y += taps[:, l][:, None] * row[:, at:at + T]
    return y, row[:, T:]
