"""Linear attention with gates: vector gates, scalar gates, and the gated delta rule."""
import numpy as np

from contestant import Contestant, compiled, contiguous

TOKENS, CHUNK = 2048, 64


class GatedLinear:
    """What the three have in common: q (scaled), k of length 1, v, and log decays."""
    bytes, tolerance = None, 1e-5

    def __init__(self, heads, width, bar):
        self.heads, self.width, self.bar = heads, width, bar
        self.name = f"{self.title} H{heads} K=V={width} T{TOKENS}"
        self.flops = TOKENS * heads * self.work(width)
        self.random = np.random.default_rng(6)
        q, k, v = (self.random.standard_normal((1, TOKENS, heads, width), np.float32) for _ in range(3))
        self.inputs = [q / np.float32(width ** 0.5), k / np.linalg.norm(k, axis=-1, keepdims=True), v, *self.gates()]

    def log_sigmoid(self, *shape):
        return -np.log1p(np.exp(-self.random.standard_normal((1, TOKENS, self.heads, *shape), np.float32) - 4))

    def work(self, width):
        """FLOPs a token and head: causal halves of scores and products, a read and a write of the state."""
        return 2 * CHUNK * width + 4 * width * width

    def reference(self):
        given = [array[0].astype(np.float64) for array in self.inputs]
        state, out = np.zeros((self.heads, self.width, self.width)), np.empty(given[2].shape)
        for t in range(TOKENS):
            state = self.next_state(state, *(array[t] for array in given[1:]))
            out[t] = (given[0][t][:, None, :] @ state)[:, 0]
        return out[None]

    def weft(self, weftc, folder):
        sizes = {"4x128xf32": f"{self.heads}x{self.width}xf32", "?x4xf32": f"?x{self.heads}xf32"}
        return compiled(weftc, folder, self.model, self.inputs, sizes=sizes)

    def heads_first(self):
        return [contiguous(array[0], 1, 0, *range(2, array.ndim - 1)) for array in self.inputs]

    def carried(self, torch, out, read, written, kept):
        """Adds what each chunk reads of the state that those before it wrote."""
        state = torch.zeros(self.heads, self.width, self.width)
        for at in range(out.shape[1]):
            out[:, at] += read[:, at] @ state
            state = torch.addcmul(written[:, at], state, kept[:, at])
        return out

    def jax_over_chunks(self, peers, chunk):
        """lax.scan of `chunk` over chunks of 64 tokens, heads as batch."""
        jax = peers.jax

        def run(*arrays):
            chunks = [array.reshape(self.heads, -1, CHUNK, *array.shape[2:]).swapaxes(0, 1) for array in arrays]
            return jax.lax.scan(chunk, jax.numpy.zeros((self.heads, self.width, self.width)), chunks)[1]

        return peers.jitted("jax scan over chunks", run, self.heads_first(), lambda y: (
            y.transpose(0, 2, 1, 3).reshape(1, TOKENS, self.heads, self.width)))


def tokens_first(y):
    return contiguous(y.numpy().reshape(y.shape[0], TOKENS, -1), 1, 0, 2)[None]


class VectorGate(GatedLinear):
    title, model = "GLA (vector gate)", "vector_gate"

    def gates(self):
        return [self.log_sigmoid(self.width) / 4]

    def next_state(self, state, k, v, log_a):
        return state * np.exp(log_a)[..., None] + k[..., None] * v[:, None]

    def peers(self, peers):
        return [self.factored(peers.torch, 32), self.factored(peers.torch, 64),
                self.jax_over_chunks(peers, self.chunk(peers.jax.numpy))]

    def factored(self, torch, chunk):
        """By hand, all chunks at once but for the state. exp(-sum) of gates overflows where they are strong."""
        split = lambda x: torch.from_numpy(x).reshape(self.heads, -1, chunk, self.width)
        q, k, v, log_a = (split(array) for array in self.heads_first())

        def run():
            total = log_a.cumsum(2)
            last = total[:, :, -1]
            read = q * total.exp()
            out = (read @ (k * (-total).exp()).transpose(-1, -2)).tril() @ v
            written = (k * (last[:, :, None] - total).exp()).transpose(-1, -2) @ v
            return self.carried(torch, out, read, written, last.exp()[..., None])

        return Contestant(f"torch by hand, chunks of {chunk}", run, tokens_first)

    def chunk(self, numpy):
        def run(state, given):
            q, k, v, log_a = given
            total = numpy.cumsum(log_a, 1)
            last, read = total[:, -1:], q * numpy.exp(total)
            scores = numpy.tril(read @ (k * numpy.exp(-total)).swapaxes(1, 2))
            written = (k * numpy.exp(last - total)).swapaxes(1, 2) @ v
            return state * numpy.exp(last).swapaxes(1, 2) + written, scores @ v + read @ state

        return run


class ScalarGate(GatedLinear):
    title, model = "scalar gate", "scalar_gate"

    def gates(self):
        return [self.log_sigmoid()]

    def next_state(self, state, k, v, log_a):
        return state * np.exp(log_a)[:, None, None] + k[..., None] * v[:, None]

    def peers(self, peers):
        return [self.chunked(peers.torch), self.jax_over_chunks(peers, self.chunk(peers.jax.numpy))]

    def chunked(self, torch):
        """By hand, all chunks at once but for the state."""
        split = lambda x: torch.from_numpy(x).reshape(self.heads, -1, CHUNK, *x.shape[2:])
        q, k, v, log_a = (split(array) for array in self.heads_first())
        later = torch.full((CHUNK, CHUNK), -torch.inf).triu(1)

        def run():
            total = log_a.cumsum(2)
            last = total[..., -1:]
            decay = (total[..., None] - total[..., None, :] + later).exp_()
            out = ((q @ k.transpose(-1, -2)) * decay) @ v
            read, written = q * total.exp()[..., None], (k * (last - total).exp()[..., None]).transpose(-1, -2) @ v
            return self.carried(torch, out, read, written, last.exp()[..., None])

        return Contestant("torch chunked by hand", run, tokens_first)

    def chunk(self, numpy):
        def run(state, given):
            q, k, v, log_a = given
            total = numpy.cumsum(log_a, 1)
            last = total[:, -1:]
            seen = numpy.tril(numpy.ones((CHUNK, CHUNK), bool))
            decay = numpy.where(seen, numpy.exp(total[..., None] - total[:, None]), 0)
            y = ((q @ k.swapaxes(1, 2)) * decay) @ v + (q * numpy.exp(total)[..., None]) @ state
            written = (k * numpy.exp(last - total)[..., None]).swapaxes(1, 2) @ v
            return state * numpy.exp(last)[..., None] + written, y

        return run


class GatedDelta(GatedLinear):
    title, model = "gated delta rule", "gated_delta"

    def gates(self):
        return [self.log_sigmoid(), self.random.random((1, TOKENS, self.heads), np.float32)]

    def work(self, width):
        """Scores of keys and of queries, a triangular solve, products, and three of the state."""
        return 5 * CHUNK * width + 6 * width * width

    def next_state(self, state, k, v, log_a, beta):
        kept = state * np.exp(log_a)[:, None, None]
        change = beta[:, None] * (v - (k[:, None] @ kept)[:, 0])
        return kept + k[..., None] * change[:, None]

    def peers(self, peers):
        return [self.chunked(peers.torch), self.solved_ahead(peers.torch),
                self.jax_over_chunks(peers, self.chunk(peers.jax))]

    def split(self, torch):
        split = lambda x: torch.from_numpy(x).reshape(self.heads, -1, CHUNK, *x.shape[2:])
        return [split(array) for array in self.heads_first()]

    def before(self, torch, q, k, log_a, beta):
        """Of all chunks: sums of decays, written keys, the triangular matrix and the scores."""
        total = log_a.cumsum(2)
        later = torch.full((CHUNK, CHUNK), -torch.inf).triu(1)
        decay = (total[..., None] - total[..., None, :] + later).exp_()
        written, keys = k * beta[..., None], k.transpose(-1, -2)
        return total, written, ((written @ keys) * decay).tril(-1), (q @ keys) * decay

    def chunked(self, torch):
        """By hand: one triangular solve a chunk, with the state on its right side."""
        q, k, v, log_a, beta = self.split(torch)
        solve = torch.linalg.solve_triangular

        def run():
            total, written, mixed, scores = self.before(torch, q, k, log_a, beta)
            last, seen = total[..., -1:], total.exp()[..., None]
            read, erased, given = q * seen, written * seen, v * beta[..., None]
            kept, keys = last.exp()[..., None], (k * (last - total).exp()[..., None]).transpose(-1, -2)
            state, out = torch.zeros(self.heads, self.width, self.width), torch.empty_like(v)
            for at in range(out.shape[1]):
                right = torch.baddbmm(given[:, at], erased[:, at], state, alpha=-1)
                change = solve(mixed[:, at], right, upper=False, unitriangular=True)
                out[:, at] = torch.baddbmm(read[:, at] @ state, scores[:, at], change)
                state = torch.baddbmm(state * kept[:, at], keys[:, at], change)
            return out

        return Contestant("torch by hand, a solve a chunk", run, tokens_first)

    def solved_ahead(self, torch):
        """By hand: all solves in one call, for values and keys."""
        q, k, v, log_a, beta = self.split(torch)
        solve, width = torch.linalg.solve_triangular, self.width

        def run():
            total, written, mixed, scores = self.before(torch, q, k, log_a, beta)
            last, seen = total[..., -1:], total.exp()[..., None]
            right = torch.cat((v * beta[..., None], written * seen), -1)
            values, erased = solve(mixed, right, upper=False, unitriangular=True).split(width, -1)
            read, kept = q * seen, last.exp()[..., None]
            keys = (k * (last - total).exp()[..., None]).transpose(-1, -2)
            state, out = torch.zeros(self.heads, width, width), torch.empty_like(v)
            for at in range(out.shape[1]):
                change = torch.baddbmm(values[:, at], erased[:, at], state, alpha=-1)
                out[:, at] = torch.baddbmm(read[:, at] @ state, scores[:, at], change)
                state = torch.baddbmm(state * kept[:, at], keys[:, at], change)
            return out

        return Contestant("torch by hand, solved ahead", run, tokens_first)

    def chunk(self, jax):
        numpy, solve = jax.numpy, jax.scipy.linalg.solve_triangular

        def run(state, given):
            q, k, v, log_a, beta = given
            total, keys, written = numpy.cumsum(log_a, 1), k.swapaxes(1, 2), k * beta[..., None]
            last, seen = total[:, -1:], numpy.exp(total)[..., None]
            past = numpy.tril(numpy.ones((CHUNK, CHUNK), bool))
            decay = numpy.where(past, numpy.exp(total[..., None] - total[:, None]), 0)
            matrix = numpy.tril((written @ keys) * decay, -1) + numpy.eye(CHUNK)
            right = v * beta[..., None] - (written * seen) @ state
            change = solve(matrix, right, lower=True, unit_diagonal=True)
            y = ((q @ keys) * decay) @ change + (q * seen) @ state
            added = (k * numpy.exp(last - total)[..., None]).swapaxes(1, 2) @ change
            return state * numpy.exp(last)[..., None] + added, y

        return run
