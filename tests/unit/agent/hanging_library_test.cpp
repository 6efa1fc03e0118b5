// Makers' libraries that hang: the probe that asks them is lost, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "agent/pass/survey.h"
#include "agent/support/child_process.h"
#include "tests/unit/probes/nvml_calls.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

// A library of tests, by which the program's probes run, and what asks it to hang.
struct FakeLibrary {
  const char* probe;
  const char* folder;
  const char* variable;  // of the file that it plays
  const char* file;
};
constexpr FakeLibrary kNvml{"nvidia", TPP_FAKE_NVML_FOLDER, "TPP_FAKE_NVML", "/nvml/h100.yaml"};
constexpr FakeLibrary kRocmSmi{"amd", TPP_FAKE_ROCM_SMI_FOLDER, "TPP_FAKE_SMI",
                               "/amd/mi300x_spx.yaml"};
constexpr FakeLibrary kAmdSmi{"amd", TPP_FAKE_AMD_SMI_FOLDER, "TPP_FAKE_SMI",
                              "/amd/mi300x_spx.yaml"};

// The whole of survey(), with this program's probes run by a script in the agent's place.
class SurveyOfAHangingLibrary : public testing::Test {
 protected:
  // The program with a library that hangs in a call.
  fs::path agent_with(const FakeLibrary& library, const std::string& hanging_call) const {
    const fs::path agent = directory_ / ("agent_" + hanging_call);
    std::ofstream file(agent);
    file << "#!/bin/sh\n"
         << "export LD_LIBRARY_PATH='" << library.folder << "'\n"
         << "export " << library.variable << "='" << TPP_FIXTURES << library.file << "'\n"
         << "export " << library.variable << "_FAULT=hang=" << hanging_call << "\n"
         << "exec '" << TPP_AGENT_PROGRAM << "' \"$@\"\n";
    file.close();
    fs::permissions(agent, fs::perms::owner_all);
    return agent;
  }

  Survey survey_with(const FakeLibrary& library, const std::string& hanging_call) const {
    const fs::path agent = agent_with(library, hanging_call);
    fs::create_directory(directory_ / "modules");
    std::ofstream(directory_ / "modules/none.so") << "no module\n";
    SurveyRequest request;
    request.agent = agent;
    request.bench = "/bin/false";
    request.backend_directory = directory_ / "modules";
    request.child_deadline_s = 1.5;
    return survey(request);
  }

  void expect_ended(const FakeLibrary& library, const std::vector<std::string>& calls) const {
    // Written before the first of them runs: a file that is open for writing is not executed.
    for (const std::string& call : calls) agent_with(library, call);
    constexpr std::size_t kAtOnce = 8;
    for (std::size_t first = 0; first < calls.size(); first += kAtOnce) {
      std::vector<std::future<ChildEnd>> ends;
      for (std::size_t i = first; i < std::min(calls.size(), first + kAtOnce); ++i) {
        ends.push_back(std::async(std::launch::async, [&, i] {
          ChildCommand command;
          command.arguments = {(directory_ / ("agent_" + calls[i])).string(), "probe",
                               library.probe};
          command.deadline_s = 1;
          return run_child(command, [](std::string_view) { return true; }).end;
        }));
      }
      // A probe that never made the call would end by itself.
      for (std::size_t i = 0; i < ends.size(); ++i) {
        EXPECT_EQ(ends[i].get(), ChildEnd::deadline) << calls[first + i];
      }
    }
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(SurveyOfAHangingLibrary, LosesThatProbeAloneAndSaysSo) {
  const std::pair<FakeLibrary, const char*> cases[] = {{kNvml, "nvmlInit_v2"},
                                                       {kNvml, "nvmlDeviceGetName"},
                                                       {kNvml, "nvmlDeviceGetEccMode"},
                                                       {kRocmSmi, "rsmi_init"},
                                                       {kAmdSmi, "amdsmi_get_gpu_metrics_info"}};
  for (const auto& [library, call] : cases) {
    const Inventory inventory = survey_with(library, call).inventory;

    const auto failed = std::ranges::find(inventory.findings, "probe.failed", &Finding::code);
    ASSERT_NE(failed, inventory.findings.end()) << call;
    EXPECT_THAT(failed->message, testing::HasSubstr(std::string("probe ") + library.probe)) << call;
    EXPECT_THAT(failed->message, testing::HasSubstr("killed")) << call;
    EXPECT_FALSE(inventory.node.machine.empty()) << "the other probe's part is there";
    EXPECT_FALSE(inventory.devices.empty());
  }
}

TEST_F(SurveyOfAHangingLibrary, EndsTheProbeWhicheverCallHangs) {
  std::vector<std::string> calls(std::begin(kNvmlCallsThatMayNot), std::end(kNvmlCallsThatMayNot));
  calls.insert(calls.end(), std::begin(kNvmlCallsThatMayFail), std::end(kNvmlCallsThatMayFail));
  expect_ended(kNvml, calls);
}

TEST_F(SurveyOfAHangingLibrary, EndsTheProbeOfEitherLibraryOfAmd) {
  expect_ended(kRocmSmi, {"rsmi_init", "rsmi_num_monitor_devices", "rsmi_dev_pci_id_get",
                          "rsmi_version_str_get", "rsmi_dev_name_get", "rsmi_dev_id_get",
                          "rsmi_dev_serial_number_get", "rsmi_dev_unique_id_get",
                          "rsmi_dev_compute_partition_get", "rsmi_dev_memory_total_get",
                          "rsmi_dev_power_cap_get", "rsmi_dev_gpu_clk_freq_get",
                          "rsmi_dev_ecc_count_get", "rsmi_compute_process_info_get",
                          "rsmi_dev_temp_metric_get", "rsmi_dev_gpu_metrics_info_get"});
  expect_ended(kAmdSmi, {"amdsmi_init", "amdsmi_get_socket_handles", "amdsmi_get_processor_handles",
                         "amdsmi_get_gpu_bdf_id", "amdsmi_get_gpu_id", "amdsmi_get_clock_info",
                         "amdsmi_get_gpu_process_list", "amdsmi_get_gpu_metrics_info"});
}

}  // namespace
}  // namespace tpp
