"""Copies over links, timed by a driver without GPUs: sanitizers stretch its timers apart."""
import json
import unittest

from test_cuda import FAKE, MODULE, bench


@unittest.skipUnless(MODULE.exists() and FAKE.exists(), "the cuda module is not built")
class Links(unittest.TestCase):
    def link(self, fake, *words):
        """Subject -> the benchmark's row, of one device's links."""
        done = bench("cc=8.0 units=2 " + fake, "--device=0000:ab:00.0",
                     "--benchmark_filter=/link/", "--benchmark_format=json", *words)
        rows = json.loads(done.stdout)["benchmarks"]
        return {row["name"].split("/")[2]: row for row in rows}

    def test_links_to_the_host_and_to_all_peers(self):
        # Twice, so that what the first one opened must have been closed.
        rows = self.link("count=3 peers=1", "--benchmark_repetitions=2")
        self.assertEqual(set(rows), {"host_read", "host_write", "host_both", "peer_both"})
        for subject, row in rows.items():
            self.assertGreater(row.get("bytes_per_second", 0), 0, row)
            self.assertNotIn("ops_per_second", row, subject)
        self.assertIn("to and from pinned host memory at once", rows["host_both"]["label"])
        self.assertIn("2 peers at once (peer access, performance rank 0, native atomics)",
                      rows["peer_both"]["label"])
        self.assertNotIn("NVLink", str(rows))

    def test_faults_of_links_end_their_own_rows_alone(self):
        for fake, faulty, words in (
                ("fail=cuCtxEnablePeerAccess:217", {"peer_both"}, "look at the IOMMU"),
                ("fail=cuCtxEnablePeerAccess:711", {"peer_both"}, "mappings of peers"),
                ("fail=cuDeviceCanAccessPeer:999", {"peer_both"}, "cannot ask whether 0000:ab"),
                ("fail=cuMemHostAlloc:2", {"host_read", "host_write", "host_both"},
                 "cannot pin 16777216 bytes of host memory"),
                ("fail=cuMemcpyAsync:220", {"host_read", "host_write", "host_both", "peer_both"},
                 "nvidia-smi nvlink"),
                ("lose=40", {"host_read", "host_write", "host_both", "peer_both"},
                 "product differs from the reference")):
            rows = self.link("count=2 peers=1 " + fake)
            failed = {subject: row for subject, row in rows.items() if row.get("error_occurred")}
            self.assertEqual(set(failed), faulty, fake)
            said = " ".join(row["error_message"] for row in failed.values())
            self.assertIn(words, said, fake)


if __name__ == "__main__":
    unittest.main()
