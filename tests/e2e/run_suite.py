#!/usr/bin/python3
"""Runs one suite: run_suite.py NAME, of the file test_NAME.py beside it.

Exit status: 0, 1 where a test failed, 77 where none ran, so that ctest says that the suite was
skipped and does not call it passed.
"""
import sys
import unittest

SKIPPED = 77


def status_of(result):
    if not result.wasSuccessful():
        return 1
    # A class that is skipped as a whole counts as a skip and as no test that ran.
    ran = result.testsRun - sum(isinstance(test, unittest.TestCase) for test, _ in result.skipped)
    return 0 if ran > 0 else SKIPPED


if __name__ == "__main__":
    outcome = unittest.main(f"test_{sys.argv[1]}", argv=sys.argv[:1], verbosity=2, exit=False)
    sys.exit(status_of(outcome.result))
