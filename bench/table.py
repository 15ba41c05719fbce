"""From times to the table of docs/benchmarks.md."""
from statistics import median

# A case is also reached where weft itself is this near to what the core can do.
NEAR_LIMIT = 0.85


class Row:
    """A contestant's times on a case, in seconds; `wrong` says why it was not timed."""

    def __init__(self, contestant, times=(), wrong=None):
        self.contestant, self.times, self.wrong = contestant, list(times), wrong

    @property
    def best(self):
        return min(self.times)

    @property
    def median(self):
        return median(self.times)


class Result:
    """A case with its rows, and what this core could do while it was measured."""

    def __init__(self, case, rows, limit):
        self.case, self.rows = case, sorted(rows, key=lambda row: row.median if row.times else float("inf"))
        self.work, self.unit, self.limit_name = (
            (case.flops, "GFLOP/s", "FMA") if case.bytes is None else (case.bytes, "GB/s", "reads"))
        self.limit = limit

    def timed(self, ours):
        return [row for row in self.rows if row.times and (row.contestant == "weft") == ours]

    @property
    def ratio(self):
        """Time of the best peer by time of weft, both medians; None without both."""
        ours, peers = self.timed(True), self.timed(False)
        return peers[0].median / ours[0].median if ours and peers else None

    def share(self, row):
        return self.work / row.median / self.limit

    @property
    def reached(self):
        """Why the bar is reached, 'ratio' or 'limit'; None if it is not."""
        ours = self.timed(True)
        if self.ratio is not None and self.ratio >= self.case.bar:
            return "ratio"
        return "limit" if ours and self.share(ours[0]) >= NEAR_LIMIT else None

    @property
    def faults(self):
        return [row for row in self.rows if row.wrong]

    def lines(self):
        for row in self.rows:
            if row.wrong:
                yield f"| {self.case.name} | {row.contestant} | not timed: {row.wrong} | | | |"
                continue
            rate, share = self.work / row.median / 1e9, f"{100 * self.share(row):.0f} % of {self.limit_name}"
            yield (f"| {self.case.name} | {row.contestant} | {row.best * 1e3:.4g} | {row.median * 1e3:.4g} |"
                   f" {rate:.1f} {self.unit} | {share} |")

    def summary(self):
        ours, peers = self.timed(True), self.timed(False)
        of_weft = f"{ours[0].median * 1e3:.4g} | {100 * self.share(ours[0]):.0f} % of {self.limit_name}" if ours else "— | —"
        of_peer = f"{peers[0].median * 1e3:.4g} ({peers[0].contestant})" if peers else "—"
        ratio = f"{self.ratio:.2f}" if self.ratio else "—"
        reached = f"by {self.reached}" if self.reached else "**no**"
        return f"| {self.case.name} | {of_weft} | {of_peer} | {ratio} | {self.case.bar:g} | {reached} |"


SUMMARY_HEAD = ["| case | weft ms | of the limit | best peer ms | ratio | bar | reached |", "|---|---|---|---|---|---|---|"]
HEAD = ["| case | contestant | min ms | median ms | rate | of the limit |", "|---|---|---|---|---|---|"]


def markdown(facts, results):
    """`facts` are (name, text) pairs."""
    lines = ["# Benchmarks", "",
             "Written by `./dev bench`. One thread on one core, f32, all contestants in one process on the same",
             "tensors, in turns; each was compared with numpy in f64 before it was timed. The ratio is the median",
             "time of the best peer by that of weft: above 1, weft is faster. The bar of a case is reached by this",
             f"ratio, or where weft is at {100 * NEAR_LIMIT:.0f} % of what one core was measured to do: of its multiply-add peak, or,",
             "for cases counted in bytes, of the rate at which it reads a buffer of that size.", ""]
    lines += [f"- {name}: {text}" for name, text in facts]
    peaks = [result.limit / 1e9 for result in results if result.case.bytes is None]
    lines.append(f"- multiply-add peak: {min(peaks):.0f} to {max(peaks):.0f} GFLOP/s, measured around each case")
    lines += [f"- read rate: {result.limit / 1e9:.0f} GB/s of {result.case.bytes / 1e6:.0f} MB ({result.case.name})"
              for result in results if result.case.bytes is not None]
    lines += ["", "![ratio of each case and its bar](benchmarks.svg)", ""]
    lines += [*SUMMARY_HEAD, *(result.summary() for result in results), "", "## All contestants", "", *HEAD]
    for result in results:
        lines += result.lines()
    return "\n".join(lines) + "\n"
