#!/usr/bin/env python3
"""described.py ROOT LLVM_TBLGEN INCLUDE: each op and pass has a description,
each op an example (test/mixer/examples.test parses them)."""
import json
import re
import subprocess
import sys


def records(root, tblgen, include, source, kind):
    text = subprocess.check_output([tblgen, "--dump-json", f"-I{root}", f"-I{root}/include", f"-I{include}",
                                    f"{root}/{source}"])
    data = json.loads(text)
    return [data[name] for name in data["!instanceof"].get(kind, [])]


def main():
    root, tblgen, include = sys.argv[1:]
    found, ops, passes = [], 0, 0
    for source in ("include/weft/TransformPasses.td", "include/weft/ConvertPasses.td"):
        for record in records(root, tblgen, include, source, "PassBase"):
            passes += 1
            if not record["description"].strip():
                found.append(f"pass {record['argument']} has no description")
    for record in records(root, tblgen, include, "dialects/mixer/Mixer.td", "Op"):
        if record.get("opDialect", {}).get("def") != "Mixer_Dialect":
            continue
        ops += 1
        name = "mixer." + record["opName"]
        examples = re.findall(r"```mlir\n(.*?)```", record["description"], flags=re.S)
        if not examples or not any(name in example for example in examples):
            found.append(f"{name} has no example")
    print("\n".join(found))
    print(f"{ops} ops and {passes} passes, {len(found)} without words")


if __name__ == "__main__":
    main()
