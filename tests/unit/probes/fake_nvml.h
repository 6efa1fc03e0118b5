// The fake NVML, loaded and bound as the probe does it, and a fixture that lets it play a recorded
// library.
#ifndef TPP_TESTS_UNIT_PROBES_FAKE_NVML_H
#define TPP_TESTS_UNIT_PROBES_FAKE_NVML_H

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "agent/support/dynamic_library.h"
#include "probes/nvidia/nvidia_probe.h"

namespace tpp {

inline const DynamicLibrary& library() {
  static const auto opened = DynamicLibrary::open(TPP_FAKE_NVML_LIBRARY, nullptr);
  return *opened;
}

inline nvml::Api fake_api() {
  std::string missing;
  return *nvml::Api::bind([](const char* name) { return library().symbol(name); }, missing);
}

// What the probe says of a recorded library, with a fault if one is asked for.
class NvidiaProbe : public testing::Test {
 protected:
  static void use(const std::string& recorded, const std::string& fault = "") {
    const std::string file = std::string(TPP_FIXTURES) + "/nvml/" + recorded + ".yaml";
    ::setenv("TPP_FAKE_NVML", file.c_str(), 1);
    ::setenv("TPP_FAKE_NVML_FAULT", fault.c_str(), 1);
  }

  static Inventory probe(const std::string& recorded, const std::string& fault = "") {
    use(recorded, fault);
    return read_nvml(fake_api());
  }

  void TearDown() override {
    EXPECT_EQ(library().function<int (*)()>("fake_nvml_users")(), 0)
        << "the library is still held open";
  }
};

inline std::vector<std::string> codes(const Inventory& inventory) {
  std::vector<std::string> result;
  for (const Finding& finding : inventory.findings) result.push_back(finding.code);
  return result;
}

}  // namespace tpp

#endif
