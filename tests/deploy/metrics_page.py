"""Which metrics docs/metrics.md explains, and which ones a query names."""
import os
import pathlib
import re

SOURCE = pathlib.Path(os.environ["TPP_SOURCE"])


def documented():
    """Name to the labels of each metric in the page's tables."""
    rows = re.findall(r"(?m)^\| `(tpp_\w+)` \| \w+ \| (.*?) \|",
                      (SOURCE / "docs" / "metrics.md").read_text())
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def used(query):
    """The names in a query that are ours: those of labels and strings are not."""
    return set(re.findall(r"\btpp_\w+", re.sub(r'"[^"]*"', '""', query)))
