"""Copies over links, timed by a ROCm runtime without GPUs: sanitizers stretch its timers apart."""
import json
import unittest

from test_hip import FAKES, MODULE, bench


@unittest.skipUnless(MODULE.exists() and FAKES[6].exists(), "the hip module is not built")
class Links(unittest.TestCase):
    def link(self, fake, *words, major=6):
        """Subject -> the benchmark's row, of one device's links."""
        done = bench("arch=gfx942 units=2 " + fake, "--device=0000:ab:00.0",
                     "--benchmark_filter=/link/", "--benchmark_format=json", *words, major=major)
        rows = json.loads(done.stdout)["benchmarks"]
        return {row["name"].split("/")[2]: row for row in rows}

    def test_links_to_the_host_and_to_all_peers(self):
        # Twice, so that what the first one opened must have been closed.
        rows = self.link("count=3 peers=1", "--benchmark_repetitions=2", major=5)
        self.assertEqual(set(rows), {"host_read", "host_write", "host_both", "peer_both"})
        for subject, row in rows.items():
            self.assertGreater(row.get("bytes_per_second", 0), 0, row)
            self.assertNotIn("ops_per_second", row, subject)
        self.assertIn("by copy engines or kernels, as the ROCm runtime chooses",
                      rows["host_both"]["label"])
        self.assertIn("2 peers at once (peer access, performance rank 0, native atomics)",
                      rows["peer_both"]["label"])

    def test_faults_of_links_end_their_own_rows_alone(self):
        host = {"host_read", "host_write", "host_both"}
        for fake, faulty, words in (
                ("fail=hipDeviceEnablePeerAccess:217", {"peer_both"}, "look at the IOMMU"),
                ("fail=hipDeviceCanAccessPeer:101", {"peer_both"}, "cannot ask whether 0000:ab"),
                ("fail=hipHostMalloc:2", host, "cannot pin 16777216 bytes of host memory"),
                ("fail=hipMemcpyAsync:1", host | {"peer_both"}, "over a link"),
                ("lose=40", host | {"peer_both"}, "product differs from the reference")):
            rows = self.link("count=2 peers=1 " + fake)
            failed = {subject: row for subject, row in rows.items() if row.get("error_occurred")}
            self.assertEqual(set(failed), faulty, fake)
            said = " ".join(row["error_message"] for row in failed.values())
            self.assertIn(words, said, fake)


if __name__ == "__main__":
    unittest.main()
