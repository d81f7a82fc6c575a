"""The numbers of a server, read as Prometheus reads them."""

import re


def parse_metrics(text):
    """name -> {labels: value}, as Prometheus reads it."""
    metrics, types = {}, {}
    sample = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')
    label = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?')
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in types, line
            types[name] = kind
        elif line and not line.startswith("#"):
            name, labels, value = sample.match(line).groups()
            key = tuple(sorted(label.findall(labels or "")))
            family = metrics.setdefault(name, {})
            assert key not in family, line
            family[key] = float(value)
    for name in metrics:
        base = re.sub("_(bucket|sum|count)$", "", name)
        assert name in types or types.get(base) == "histogram", name
    return metrics


def value(metrics, name, **labels):
    return metrics[name][tuple(sorted(labels.items()))]
