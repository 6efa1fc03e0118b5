// The compiler of the ROCm runtime for tests: clang itself, given what hipRTC gives it as far as
// that is documented: a HIP program, headers that are passed along and no others, and what the
// compiler defines beforehand. TPP_FAKE_HIPRTC holds further words for clang.
#include <stdlib.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "kernels/hip/runtime_compiler.h"

namespace {

using tpp::hip::RtcProgram;
using tpp::hip::RtcResult;

struct Program {
  std::string text;
  std::map<std::string, std::string> headers;
  std::string log;
  std::string code;
};

// Names that every program finds defined, some of them otherwise than a system's headers have them.
constexpr const char* kDefinedBefore = R"(
#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __HIPCC_RTC__ 1
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
struct float2 { float x, y; };
struct int8 { int all[8]; };
struct half2;
__device__ inline float warpSize() { return 0; }
)";

Program& program_of(RtcProgram* handle) { return *reinterpret_cast<Program*>(handle); }

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

bool compile(Program& program, const std::string& options) {
  std::string name = std::filesystem::temp_directory_path() / "tpp_hiprtc_XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return false;
  const std::filesystem::path folder = name;
  for (const auto& [header, text] : program.headers) write(folder / "include" / header, text);
  write(folder / "before.h", kDefinedBefore);
  write(folder / "program.hip", program.text);
  const char* const more = std::getenv("TPP_FAKE_HIPRTC");
  const std::string command =
      std::string("cd ") + name + " && " + TPP_AMD_CLANG +
      " -x hip --cuda-device-only --no-gpu-bundle-output -nogpulib -nogpuinc -nostdinc -include "
      "before.h -I include" +
      options + " " + (more != nullptr ? more : "") + " -c program.hip -o code >log 2>&1";
  const bool done = std::system(command.c_str()) == 0;
  program.log = read(folder / "log");
  if (done) program.code = read(folder / "code");
  std::filesystem::remove_all(folder);
  return done;
}

RtcResult give(const std::string& from, char* to) {
  std::memcpy(to, from.c_str(), from.size());
  return RtcResult::success;
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): AMD's names.
#define HIP extern "C" __attribute__((visibility("default")))

// NOLINTNEXTLINE(readability-function-size): AMD's parameters.
HIP RtcResult hiprtcCreateProgram(RtcProgram** program, const char* text, const char*, int headers,
                                  const char** texts, const char** names) {
  auto* made = new Program{text, {}, "", ""};
  for (int i = 0; i < headers; ++i) made->headers[names[i]] = texts[i];
  *program = reinterpret_cast<RtcProgram*>(made);
  return RtcResult::success;
}
HIP RtcResult hiprtcDestroyProgram(RtcProgram** program) {
  delete &program_of(*program);
  *program = nullptr;
  return RtcResult::success;
}
HIP RtcResult hiprtcCompileProgram(RtcProgram* program, int count, const char** options) {
  std::string all;
  const std::string_view architecture = "--gpu-architecture=";
  for (int i = 0; i < count; ++i) {
    const std::string option = options[i];
    all += option.starts_with(architecture)
               ? " --offload-arch=" + option.substr(architecture.size())
               : " " + option;
  }
  return compile(program_of(program), all) ? RtcResult::success : RtcResult::compilation;
}
HIP RtcResult hiprtcGetProgramLogSize(RtcProgram* program, size_t* bytes) {
  *bytes = program_of(program).log.size() + 1;
  return RtcResult::success;
}
HIP RtcResult hiprtcGetProgramLog(RtcProgram* program, char* text) {
  text[program_of(program).log.size()] = '\0';
  return give(program_of(program).log, text);
}
HIP RtcResult hiprtcGetCodeSize(RtcProgram* program, size_t* bytes) {
  *bytes = program_of(program).code.size();
  return RtcResult::success;
}
HIP RtcResult hiprtcGetCode(RtcProgram* program, char* bytes) {
  return give(program_of(program).code, bytes);
}
HIP const char* hiprtcGetErrorString(RtcResult result) {
  return result == RtcResult::compilation ? "HIPRTC_ERROR_COMPILATION" : "HIPRTC_ERROR";
}
// NOLINTEND(readability-identifier-naming)
