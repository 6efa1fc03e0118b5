// What both fakes of AMD's management libraries play: the devices of a YAML file, and trouble.
//
// The file is what the environment variable TPP_FAKE_SMI names, or fake_smi.yaml in the home
// folder, since the agent hands down no more than that. What is not in it "is not supported".
// Trouble is asked for by TPP_FAKE_SMI_FAULT, or by `fault` in the file:
//
//   fail=rsmi_dev_name_get:6    that call ends with that status; "amdsmi_..." alike
//   hang=rsmi_init              that call does not return
//   fail=...:6:3 hang=...:3     the third such call and those after it, counted from where the
//                               trouble was asked for
//   garbage                     every answer but the address is all ones, texts without an end
//   zeros                       every answer but the address is 0, texts are empty
//   garbage-address             the address is all ones
//
// Which release a library is of stands under `release` (5, 6): structures differ. One thread at a
// time.
#ifndef TPP_TESTS_FAKES_AMD_FAKE_NODE_H
#define TPP_TESTS_FAKES_AMD_FAKE_NODE_H

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <string>

#include "probes/amd/gpu_metrics.h"

namespace fake_smi {

// Of both libraries.
inline constexpr int kSuccess = 0;
inline constexpr int kInvalid = 1;
inline constexpr int kNotSupported = 2;

inline std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

// Each file is read once, since a node is asked hundreds of times.
inline const YAML::Node node() {
  static std::map<std::string, YAML::Node> read;
  const std::string given = variable("TPP_FAKE_SMI");
  const std::string file = given.empty() ? variable("HOME") + "/fake_smi.yaml" : given;
  auto at = read.find(file);
  if (at == read.end()) at = read.emplace(file, YAML::LoadFile(file)).first;
  return at->second;
}

inline std::string trouble() {
  const std::string asked = variable("TPP_FAKE_SMI_FAULT");
  return asked.empty() ? node()["fault"].as<std::string>("") : asked;
}

inline int users = 0;  // calls of init without their shutdown

inline int fault(const std::string& call) {
  static std::string asked;
  static int calls = 0;
  const std::string wanted = trouble();
  if (wanted != asked) {
    asked = wanted;
    calls = 0;
  }
  std::istringstream words(wanted);
  std::string of_call;
  std::getline(words, of_call, ':');
  const bool hangs = of_call == "hang=" + call;
  if (!hangs && of_call != "fail=" + call) return kSuccess;
  int status = kSuccess;
  int first = 1;
  char colon = 0;
  if (!hangs) words >> status >> colon;
  words >> first;
  if (++calls < std::max(first, 1)) return kSuccess;
  if (hangs) {
    for (;;) pause();
  }
  return status;
}

inline const YAML::Node value_of(std::uint32_t device, const char* name) {
  const YAML::Node devices = node()["devices"];
  return device < devices.size() ? devices[device][name] : YAML::Node(YAML::NodeType::Undefined);
}

// The bytes that stand for everything, if that was asked for.
inline bool overwrite(void* out, std::size_t bytes) {
  const std::string wanted = trouble();
  if (wanted != "garbage" && wanted != "zeros") return false;
  std::memset(out, wanted == "garbage" ? 0xff : 0, bytes);
  return true;
}

template <class Number>
int give(const char* call, const YAML::Node& value, Number* out) {
  if (const int status = fault(call); status != kSuccess) return status;
  if (overwrite(out, sizeof *out)) return kSuccess;
  if (!value) return kNotSupported;
  *out = value.as<Number>();
  return kSuccess;
}

// In the library's unit, of which the file's is `scale`.
template <class Number>
int give_scaled(const char* call, const YAML::Node& value, double scale, Number* out) {
  if (const int status = fault(call); status != kSuccess) return status;
  if (overwrite(out, sizeof *out)) return kSuccess;
  if (!value) return kNotSupported;
  *out = static_cast<Number>(value.as<double>() * scale);
  return kSuccess;
}

inline int give(const char* call, const YAML::Node& value, char* text, std::size_t size) {
  if (const int status = fault(call); status != kSuccess) return status;
  if (overwrite(text, size)) return kSuccess;
  if (!value) return kNotSupported;
  const auto said = value.as<std::string>();
  std::memcpy(text, said.c_str(), std::min(said.size() + 1, size));
  return kSuccess;
}

int give_location(const char* call, std::uint32_t device, std::uint64_t* bits);
int give_metrics(const char* call, std::uint32_t device, tpp::amd::GpuMetrics* metrics);

}  // namespace fake_smi

#endif
