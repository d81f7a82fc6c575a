"""Checks that docs/methods.md lists the rules that refusals name, with what
each of them asks for.

rules_test.py RULES.CC METHODS.MD
"""
import pathlib
import re
import sys

RULE = re.compile(r'\{"([A-Z0-9_]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}')
ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \|([^|]*)\|", re.MULTILINE)

# What is said to programs alone, and in no sentence.
BESIDE = {"CHECK": ["constraint"]}


def rules_of(source):
    """Each id with the names of its parameters."""
    rules = {}
    for reason, sentence in RULE.findall(source):
        names = rules.setdefault(reason, [])
        for name in re.findall(r"<(\w+)>", sentence):
            if name not in names:
                names.append(name)
    for reason, names in BESIDE.items():
        rules.setdefault(reason, []).extend(names)
    return rules


def main(source, page):
    rules = rules_of(pathlib.Path(source).read_text())
    part = pathlib.Path(page).read_text().split(
        "## What a refusal says to programs")[1]
    told = {
        reason: re.findall(r"`(\w+)`", parameters)
        for reason, parameters in ROW.findall(part)
    }
    faults = [
        f"{reason}: {told.get(reason)} in the page, {rules.get(reason)} in "
        f"the code"
        for reason in sorted(set(rules) | set(told))
        if told.get(reason) != rules.get(reason)
    ]
    if len(rules) < 50:
        faults.append(f"only {len(rules)} rules found in {source}")
    print("\n".join(faults) if faults else f"{len(rules)} rules")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
