"""From times to the table of docs/benchmarks.md."""
from statistics import median


class Row:
    """A contestant's times on a case, in seconds; `wrong` says why it was not timed."""

    def __init__(self, case, contestant, times=(), wrong=None):
        self.case, self.contestant, self.times, self.wrong = case, contestant, list(times), wrong

    @property
    def best(self):
        return min(self.times)

    @property
    def median(self):
        return median(self.times)


def of_limit(case, seconds, flops, rates):
    """'73 %' of the multiply-add peak, or of the bandwidth of a buffer of the case's size."""
    if case.bytes is None:
        return f"{case.flops / seconds / 1e9:.1f} GFLOP/s", f"{100 * case.flops / seconds / flops:.0f} % of FMA"
    fitting = [megabytes for megabytes in sorted(rates) if case.bytes <= megabytes << 20] or [max(rates)]
    return f"{case.bytes / seconds / 1e9:.1f} GB/s", f"{100 * case.bytes / seconds / rates[fitting[0]]:.0f} % of reads"


def ratio(rows):
    """Time of the best peer by time of weft, both medians; None without both."""
    ours = [row.median for row in rows if row.contestant == "weft" and row.times]
    peers = [row.median for row in rows if row.contestant != "weft" and row.times]
    return min(peers) / ours[0] if ours and peers else None


def case_lines(case, rows, flops, rates):
    for row in sorted(rows, key=lambda row: row.median if row.times else float("inf")):
        if row.wrong:
            yield f"| {case.name} | {row.contestant} | not timed: {row.wrong} | | | | |"
            continue
        rate, share = of_limit(case, row.median, flops, rates)
        of_weft = ratio(rows) if row.contestant == "weft" else None
        times = f" {row.best * 1e3:.4g} | {row.median * 1e3:.4g} | {rate} | {share} |"
        yield f"| {case.name} | {row.contestant} |{times} {f'{of_weft:.2f}' if of_weft else ''} |"


def markdown(facts, flops, rates, results):
    """`facts` are (name, text) pairs, `results` (case, rows) pairs."""
    lines = ["# Benchmarks", "",
             "Written by `./dev bench`. One thread on one core, f32, all contestants in one process on the same",
             "tensors, in turns; each was compared with numpy in f64 before it was timed. The ratio is the median",
             "time of the best peer by that of weft: above 1, weft is faster.", ""]
    lines += [f"- {name}: {text}" for name, text in facts]
    lines.append(f"- measured peak: {flops / 1e9:.1f} GFLOP/s of multiply-adds")
    reads = ", ".join(f"{rate / 1e9:.0f} GB/s of {megabytes} MB" for megabytes, rate in sorted(rates.items()))
    lines += [f"- measured reads: {reads}", "",
              "| case | contestant | min ms | median ms | rate | of the limit | ratio |",
              "|---|---|---|---|---|---|---|"]
    for case, rows in results:
        lines += case_lines(case, rows, flops, rates)
    return "\n".join(lines) + "\n"
