"""The tables that ./dev bench writes, from times that are made up."""
import sys

sys.path.insert(0, sys.argv[1] + "/bench")
from table import Row, markdown, ratio


class Case:
    def __init__(self, name, flops=None, bytes=None):
        self.name, self.flops, self.bytes = name, flops, bytes


matmul, decode = Case("matmul", flops=5e9), Case("decode", bytes=100 << 20)
alone, broken = Case("alone", flops=1e9), Case("broken", flops=1e9)
results = [
    (matmul, [Row(matmul, "weft", [0.1, 0.5, 0.2]), Row(matmul, "slow", [0.9]), Row(matmul, "quick", [0.3, 0.1, 0.4])]),
    (decode, [Row(decode, "weft", [0.02]), Row(decode, "peer", [0.01])]),
    (alone, [Row(alone, "weft", [1.0])]),
    (broken, [Row(broken, "weft", wrong="error 1.0e-01"), Row(broken, "peer", [0.5])])]
print(markdown([("CPU", "of paper")], 50e9, {1: 200e9, 16: 80e9, 256: 20e9}, results))
print("no ratio", ratio(results[2][1]), ratio(results[3][1]))
