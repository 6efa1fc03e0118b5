"""That the measurement of the web server runs, and takes what it says; no time is judged."""

import contextlib
import io
import unittest
from unittest import mock

import web_latency


class WebLatency(unittest.TestCase):
    def test_every_load_is_answered_whole(self):
        said = io.StringIO()
        loads = [("few", 3, 0, 0, 0, 1), ("few, gzip, others held open", 2, 20, 1, 1000, 1)]
        with mock.patch.object(web_latency, "LOADS", loads), contextlib.redirect_stdout(said):
            web_latency.main(["web_latency.py", "0.3"])
        rows = [line.split() for line in said.getvalue().splitlines()[1:]]
        self.assertEqual(len(rows), 2)
        for row in rows:
            answers, failed = int(row[-4]), int(row[-3])
            self.assertGreater(answers, 0, row)
            self.assertEqual(failed, 0, row)


if __name__ == "__main__":
    unittest.main()
