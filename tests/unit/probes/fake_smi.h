// AMD's two libraries without its GPUs (tests/fakes/amd) for tests of what asks them.
#ifndef TPP_TESTS_UNIT_PROBES_FAKE_SMI_H
#define TPP_TESTS_UNIT_PROBES_FAKE_SMI_H

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "agent/support/dynamic_library.h"
#include "probes/amd/amd_probe.h"
#include "probes/amd/amd_smi.h"
#include "probes/amd/rocm_smi.h"

namespace tpp::test {

enum class Fake { rocm_smi, amd_smi };

inline const DynamicLibrary& fake_library(Fake fake) {
  static const auto rocm = DynamicLibrary::open(TPP_FAKE_ROCM_SMI_LIBRARY, nullptr);
  static const auto amd = DynamicLibrary::open(TPP_FAKE_AMD_SMI_LIBRARY, nullptr);
  return fake == Fake::rocm_smi ? *rocm : *amd;
}

template <class Api>
const Api& fake_table(Fake fake) {
  std::string missing;
  static const auto api =
      Api::bind([&](const char* name) { return fake_library(fake).symbol(name); }, missing);
  return *api;
}

inline std::unique_ptr<amd::Smi> start(Fake fake) {
  return fake == Fake::rocm_smi ? amd::start_rocm_smi(fake_table<amd::rsmi::Api>(fake))
                                : amd::start_amd_smi(fake_table<amd::amdsmi::Api>(fake));
}

// Tests that play a node of tests/fixtures/amd, or any file.
class SmiTest : public testing::Test {
 protected:
  static void use(const std::string& recorded, const std::string& fault = "") {
    const bool path = recorded.find('/') != std::string::npos;
    const std::string file =
        path ? recorded : std::string(TPP_FIXTURES) + "/amd/" + recorded + ".yaml";
    ::setenv("TPP_FAKE_SMI", file.c_str(), 1);
    ::setenv("TPP_FAKE_SMI_FAULT", fault.c_str(), 1);
  }

  static Inventory probe(Fake fake, const std::string& recorded, const std::string& fault = "") {
    use(recorded, fault);
    const auto smi = start(fake);
    return smi ? read_amd(*smi, NodeFiles("/nonexistent")) : Inventory{};
  }

  void TearDown() override {
    for (const Fake fake : {Fake::rocm_smi, Fake::amd_smi}) {
      EXPECT_EQ(fake_library(fake).function<int (*)()>("fake_smi_users")(), 0)
          << "the library is still held open";
    }
  }
};

inline std::vector<std::string> codes(const Inventory& inventory) {
  std::vector<std::string> result;
  for (const Finding& finding : inventory.findings) result.push_back(finding.code);
  return result;
}

}  // namespace tpp::test

#endif
