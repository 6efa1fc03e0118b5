"""What `measure --textfile` writes, collected by node_exporter."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import simulated_fleet

NODE_EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


class NodeExporter(simulated_fleet.Child):
    """Serves the text files of `shown`, and nothing else."""

    def __init__(self, folder, shown):
        super().__init__(folder, NODE_EXPORTER, "--collector.disable-defaults",
                         "--collector.textfile", f"--collector.textfile.directory={shown}",
                         "--web.listen-address=127.0.0.1:0")
        listening = re.compile(r"address=(127\.0\.0\.1:[1-9]\d*)")
        self.wait_until("it listens", lambda: listening.search(self.log()))
        self.address = listening.search(self.log())[1]

    def page(self):
        return simulated_fleet.answer_of(f"http://{self.address}/metrics")


def series(text):
    """Name, labels and value of each; node_exporter puts labels into an order of its own."""
    found = {}
    for line in text.splitlines():
        sample = re.fullmatch(r"(tpp_\w+)(?:\{(.*)\})? (\S+)", line)
        if sample:
            labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', sample[2] or "")
            found[sample[1], frozenset(labels)] = float(sample[3])
    return found


def headers(text):
    return {line for line in text.splitlines() if re.match(r"# (HELP|TYPE) tpp_", line)}


@unittest.skipUnless(NODE_EXPORTER, "no node_exporter here (package prometheus-node-exporter)")
class Textfile(unittest.TestCase):
    def test_is_served_as_it_was_written(self):
        scenarios = simulated_fleet.SOURCE / "kernels/sim/scenarios"
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            shown = folder / "shown"
            shown.mkdir()
            exporter = NodeExporter(folder / "exporter", shown)
            try:
                for scenario in ("h100_node", "unlocked_board", "one_failed_device"):
                    with self.subTest(scenario=scenario):
                        subprocess.run([simulated_fleet.TREE / "bin/tpp-agent", "measure",
                                        "--simulate", scenarios / f"{scenario}.yaml",
                                        "--textfile", shown / "tpp.prom"],
                                       capture_output=True, timeout=simulated_fleet.PATIENCE_S,
                                       check=False)
                        written = (shown / "tpp.prom").read_text()
                        status, page = exporter.page()
                        self.assertEqual(status, 200, page)
                        self.assertRegex(page, r"(?m)^node_textfile_scrape_error 0$")
                        self.assertRegex(page, r"(?m)^node_textfile_mtime_seconds\{")
                        self.assertGreater(len(series(written)), 30)
                        self.assertEqual(series(page), series(written))
                        self.assertEqual(headers(page), headers(written))
            finally:
                exporter.end()


if __name__ == "__main__":
    unittest.main()
