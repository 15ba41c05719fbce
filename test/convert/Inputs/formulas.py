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


def convolve(taps, x, before, first=0, reverse=False):
    """y[t] = Σ_l taps[l] x[t - first - l], x[t + first + l] in reverse; tokens
    before the first are in `before`, others are zero."""
    T, n = x.shape[1], before.shape[1]
    rows = np.concatenate([before, x], 1).astype(float)
    y = np.zeros(x.shape)
    for l in range(taps.shape[1]):
        lag = -(first + l) if reverse else first + l
        for t in range(T):
            if 0 <= n + t - lag < n + T:
                y[:, t] += taps[:, l, None] * rows[:, n + t - lag]
    return y


def turned(S, angles):
    """The channels of S [B, H, K, V] pair by pair, turned by angles [B, H, K / 2]."""
    cos, sin = np.cos(angles)[..., None], np.sin(angles)[..., None]
    x, z = S[:, :, 0::2], S[:, :, 1::2]
    return np.stack([x * cos - z * sin, x * sin + z * cos], 3).reshape(S.shape)


def transition(q, k, v, state, decay=None, rotate=None, erase=None, gain=None,
               bonus=None, segments=None, scale=1.0, reverse=False, pre=False,
               decayed=False, dense=None):
    """S = A S + e^gain k vᵀ with A = D + b aᵀ or (I + b aᵀ) D and D = e^decay R,
    or A = dense, token by token: the meaning of mixer.scan without its gauge."""
    B, T = v.shape[:2]
    H, K = state.shape[1:3]

    def spread(x, ndim):
        """[B, T, H, ...] from operands without time, with shared heads."""
        if x is None:
            return None
        x = np.asarray(x, float)
        if x.ndim == ndim - 2:
            x = np.broadcast_to(x, (B, T) + x.shape)
        return np.repeat(x, H // x.shape[2], 2)

    q, k, v = (spread(x, 4) for x in (q, k, v))
    a, b = (spread(x, 4) for x in erase) if erase else (None, None)
    if decay is not None:
        channels = decay.ndim in (2, 4)
        decay = spread(decay, 4 if channels else 3)
        decay = decay if channels else decay[..., None]
        if rotate is not None and channels:
            decay = np.repeat(decay, 2, -1)
        decay = np.broadcast_to(decay, (B, T, H, K))
    rotate, gain, bonus = spread(rotate, 4), spread(gain, 3), spread(bonus, 4)
    S, y = state.astype(float), np.zeros((B, T, H, v.shape[3]))
    last = [None] * B
    for t in range(T)[::-1] if reverse else range(T):
        before = S.copy()
        if segments is not None:
            for n in range(B):
                own = segments[n, t]
                if own >= 0 and last[n] is not None and own != last[n]:
                    before[n] = 0
        after = before
        if dense is not None:
            after = np.einsum("hnm,bhmv->bhnv", np.repeat(dense, H // len(dense), 0), before)
        if rotate is not None:
            after = turned(after, rotate[:, t])
        if decay is not None:
            after = after * np.exp(decay[:, t])[..., None]
        if a is not None:
            u = np.einsum("bhk,bhkv->bhv", a[:, t], after if decayed else before)
            after = after + np.einsum("bhk,bhv->bhkv", b[:, t], u)
        written = 1.0 if gain is None else np.exp(gain[:, t])[..., None, None]
        after = after + written * np.einsum("bhk,bhv->bhkv", k[:, t], v[:, t])
        row = np.einsum("bhk,bhkv->bhv", q[:, t], before if pre else after)
        if bonus is not None:
            weight = np.einsum("bhk,bhk,bhk->bh", q[:, t], bonus[:, t], k[:, t])
            row = row + (weight[..., None, None] * written)[..., 0] * v[:, t]
        for n in range(B):
            own = None if segments is None else segments[n, t]
            if own is not None and own < 0:
                after[n], row[n] = S[n], 0
            elif own is not None:
                last[n] = own
        S, y[:, t] = after, scale * row
    return y, S
