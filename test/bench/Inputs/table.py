"""The tables that ./dev bench writes, from times that are made up."""
import sys

sys.path.insert(0, sys.argv[1] + "/bench")
from table import Result, Row, markdown


class Case:
    def __init__(self, name, bar, flops=None, bytes=None):
        self.name, self.bar, self.flops, self.bytes = name, bar, flops, bytes


FMA, READS = 50e9, 20e9
results = [
    Result(Case("matmul", 1.4, flops=5e9),
           [Row("weft", [0.1, 0.5, 0.2]), Row("slow", [0.9]), Row("quick", [0.3, 0.1, 0.4])], FMA),
    Result(Case("decode", 1.2, bytes=100 << 20), [Row("weft", [0.02]), Row("peer", [0.01])], READS),
    Result(Case("near", 1.2, flops=9e9), [Row("weft", [0.2]), Row("peer", [0.2])], FMA),
    Result(Case("alone", 1, flops=1e9), [Row("weft", [1.0])], FMA),
    Result(Case("broken", 1, flops=1e9), [Row("weft", wrong="error 1.0e-01"), Row("peer", [0.5])], FMA)]
print(markdown([("CPU", "of paper")], results))
print("reached", *(result.reached for result in results))
print("faults", *(len(result.faults) for result in results))
