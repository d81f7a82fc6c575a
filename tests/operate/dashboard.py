"""What docs/grafana.json asks Prometheus for."""

import json
import re

from operate_case import ROOT


def check_dashboard(test, metrics, types):
    """docs/grafana.json asks for what there is, as what it is."""
    dashboard = json.loads((ROOT / "docs/grafana.json").read_text())
    panels = dashboard["panels"]
    test.assertGreater(len(panels), 10)
    for panel in panels:
        test.assertTrue(panel["targets"], panel["title"])
        for target in panel["targets"]:
            check_query(test, target["expr"], metrics, types)
            # What stands in the legend is what the query keeps.
            kept = set(re.findall(r"\{\{(\w+)\}\}",
                                  target.get("legendFormat", "")))
            by = [set(re.split(r",\s*", labels)) for labels in
                  re.findall(r"by \(([^)]*)\)", target["expr"])]
            if by:
                test.assertEqual(kept, set.union(*by) - {"le"},
                                 target["expr"])
            else:
                test.assertLessEqual(kept, {"instance"}, target["expr"])
    for variable in dashboard["templating"]["list"]:
        asked = re.fullmatch(r"label_values\((\w+), instance\)",
                             variable["query"])
        if variable["type"] == "query":
            test.assertIn(asked[1], metrics)


def check_query(test, query, metrics, types):
    named = re.findall(r"\b((?:modelservice|process)_\w+)"
                       r"\{([^}]*)\}(\[\$__rate_interval\])?", query)
    test.assertEqual(len(named), len(re.findall(
        r"\b(?:modelservice|process)_", query)), query)
    test.assertTrue(named, query)
    for name, labels, is_range in named:
        test.assertIn(name, metrics, query)
        # What only grows is looked at by its rate, and nothing else is.
        grows = types.get(name) != "gauge"
        test.assertEqual(bool(is_range), grows, query)
        known = {}
        for key in metrics[name]:
            for label, its in key:
                known.setdefault(label, set()).add(its)
        for label, values in re.findall(r'(\w+)\s*=~?\s*"([^"]*)"', labels):
            if label == "instance":
                continue
            test.assertIn(label, known, query)
            test.assertLessEqual(set(values.split("|")), known[label],
                                 query)
        if name.endswith("_bucket"):
            test.assertIn("histogram_quantile(", query)
            test.assertIn("le", known)
    test.assertEqual(query.count("[$__rate_interval]"),
                     query.count("rate("), query)
    if "histogram_quantile(" in query:
        test.assertTrue(all(name.endswith("_bucket")
                            for name, *_ in named), query)
        test.assertRegex(query, r"by \(le[,)]", query)
    for labels in re.findall(r"by \(([^)]*)\)", query):
        for label in re.split(r",\s*", labels):
            for name, *_ in named:
                test.assertTrue(
                    any(label in dict(key) for key in metrics[name]),
                    query)
