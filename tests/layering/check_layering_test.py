#!/usr/bin/python3
"""Plants one violation at a time in a small tree and asks that the checker finds that one."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_layering  # noqa: E402  # pylint: disable=wrong-import-position

CLEAN_TREE = {
    "agent/support/error.h": "#include <string>\n",
    "agent/support/error.cpp": '#include "agent/support/error.h"\n',
    "agent/model/ids.h": '#include "agent/support/error.h"\n',
    "agent/boards/aggregate.h": '#include "agent/model/ids.h"\n',
    "agent/pass/pass.h": '#include "agent/boards/aggregate.h"\n#include "probes/probe.h"\n',
    "agent/command/measure.cpp": '#include "agent/pass/pass.h"\n#include "exporters/json.h"\n',
    "agent/main.cpp": '#include "agent/pass/pass.h"\n',
    "probes/probe.h": '#include "agent/model/ids.h"\n',
    "exporters/report.h": "namespace tpp {\nstruct Report {\n};\n}\n",
    "exporters/json.h": '#include "agent/model/ids.h"\n',
    "kernels/tpp_backend.h": "#include <stdint.h>\n",
    "kernels/cpp_boundary.h": '#include "kernels/tpp_backend.h"\n',
    "kernels/bench/sampler.h": '#include "agent/support/error.h"\n#include "kernels/tpp_backend.h"\n',
    "kernels/gpu/launch.h": '#include "kernels/tpp_backend.h"\n',
    "kernels/cuda/module.cpp": '#include "kernels/gpu/launch.h"\n',
    "kernels/cpu/module.cpp": '#include "kernels/cpp_boundary.h"\n#include "kernels/tpp_backend.h"\n',
    "kernels/cpu/features.h": "\n",
}


class PlantedViolation(unittest.TestCase):
    def violations_with(self, path, text):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, content in {**CLEAN_TREE, path: text}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content, encoding="utf-8")
            violations, _ = check_layering.check_tree(root)
        return violations

    def expect_one(self, path, text, words):
        violations = self.violations_with(path, text)
        self.assertEqual(len(violations), 1, violations)
        self.assertIn(path, violations[0])
        self.assertIn(words, violations[0])

    def test_a_clean_tree_has_none(self):
        self.assertEqual(self.violations_with("docs/README.md", "Text.\n"), [])

    def test_includes_against_the_arrows(self):
        for path, included, words in [
            ("agent/support/text.h", "agent/model/ids.h", "support must not include model"),
            ("agent/model/report.h", "agent/pass/pass.h", "model must not include pass"),
            ("agent/boards/aggregate.h", "exporters/json.h", "core must not include exporters"),
            ("agent/boards/classify.cpp", "probes/probe.h", "core must not include probes"),
            ("agent/regulation/rule_file.h", "agent/pass/pass.h", "core must not include pass"),
            ("agent/pass/survey.cpp", "kernels/tpp_backend.h", "pass must not include boundary"),
            ("probes/sysfs.h", "agent/pass/pass.h", "probes must not include pass"),
            ("probes/sysfs.h", "exporters/json.h", "probes must not include exporters"),
            ("exporters/table.h", "probes/probe.h", "exporters must not include probes"),
            ("exporters/table.h", "agent/pass/pass.h", "exporters must not include pass"),
            ("kernels/sim/module.cpp", "agent/support/error.h", "must not include support"),
            ("kernels/sim/module.cpp", "kernels/cpu/features.h", "must not include backend:cpu"),
            ("kernels/bench/policy.h", "agent/model/ids.h", "bench must not include model"),
            ("kernels/bench/policy.h", "kernels/cpu/features.h", "bench must not include backend:cpu"),
            ("kernels/bench/policy.h", "kernels/cpp_boundary.h", "must not include cpp_boundary"),
            ("kernels/cpp_boundary.h", "kernels/cpu/features.h", "must not include backend:cpu"),
            ("kernels/gpu/event.h", "kernels/cpu/features.h", "gpu must not include backend:cpu"),
        ]:
            with self.subTest(path=path, included=included):
                self.expect_one(path, f'#include "{included}"\n', words)

    def test_brackets_are_no_way_around(self):
        self.expect_one("agent/model/a.h", "  # include <agent/pass/pass.h>\n", "must not include pass")

    def test_includes_not_from_the_root(self):
        self.expect_one("agent/model/a.h", '#include "ids.h"\n', "not written from the root")

    def test_a_source_that_hides_what_its_header_lacks(self):
        self.expect_one(
            "agent/support/error.cpp",
            '#include <string>\n#include "agent/support/error.h"\n',
            "must be its own header",
        )

    def test_two_types_of_one_name(self):
        twice = "namespace tpp {\nstruct Report {\n};\n}\n"
        self.expect_one("exporters/z.h", twice, "tpp::Report is defined in exporters/report.h as well")
        self.assertEqual(self.violations_with("kernels/cpu/a.h", twice), [])

    def test_long_files(self):
        self.assertEqual(self.violations_with("probes/a.h", "\n" * 500), [])
        self.expect_one("probes/a.h", "\n" * 501, "501 lines")

    def test_words_that_leave_work_for_later(self):
        for word in ["TO" + "DO", "FIX" + "ME"]:
            with self.subTest(word=word):
                self.expect_one("probes/a.h", f"// {word}: the rest\n", word)


if __name__ == "__main__":
    unittest.main()
