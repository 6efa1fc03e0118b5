#include "kernels/hip/runtime_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "kernels/cpp_boundary.h"
#include "kernels/gpu/compiler_log.h"

namespace tpp::hip {
namespace {

using boundary::Failure;

constexpr const char* kLibraries[] = {"libhiprtc.so", "libamdhip64.so"};

// Whose registers of clocks and units device/stopwatch.hpp knows.
constexpr std::string_view kGenerations[] = {"gfx9", "gfx10", "gfx11", "gfx12"};

// A program of one owner.
class Program {
 public:
  explicit Program(const Compiler& compiler) : compiler_(compiler) {}
  ~Program() {
    if (handle != nullptr) compiler_.destroy(&handle);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  RtcProgram* handle = nullptr;

 private:
  const Compiler& compiler_;
};

std::string log_of(const Compiler& compiler, const Program& program) {
  size_t bytes = 0;
  if (compiler.log_size(program.handle, &bytes) != RtcResult::success || bytes == 0) return "";
  std::string log(bytes, '\0');
  if (compiler.log(program.handle, log.data()) != RtcResult::success) return "";
  return log.substr(0, log.find('\0'));
}

RtcResult create(const Compiler& compiler, Program& program) {
  const std::span<const Source> all = runtime_sources();
  std::vector<const char*> texts;
  std::vector<const char*> names;
  for (const Source& header : all.subspan(1)) {
    texts.push_back(header.text);
    names.push_back(header.name);
  }
  return compiler.create(&program.handle, all[0].text, all[0].name, static_cast<int>(names.size()),
                         texts.data(), names.data());
}

// As device_code.cmake compiles them ahead of time.
RtcResult compile(const Compiler& compiler, const Program& program, const Image& image) {
  std::vector<std::string> options = {fmt::format("--gpu-architecture={}", image.target),
                                      fmt::format("-DTPP_LANES={}", image.lanes), "-std=c++20",
                                      "-O3"};
  if (image.lanes == 32) options.emplace_back("-mcumode");
  std::vector<const char*> words;
  for (const std::string& option : options) words.push_back(option.c_str());
  return compiler.compile(program.handle, static_cast<int>(words.size()), words.data());
}

}  // namespace

std::optional<Compiler> Compiler::bind(const boundary::SymbolSource& source, std::string& why) {
  Compiler compiler;
  boundary::Binder binder(source);
  binder.required(compiler.create, "hiprtcCreateProgram");
  binder.required(compiler.destroy, "hiprtcDestroyProgram");
  binder.required(compiler.compile, "hiprtcCompileProgram");
  binder.required(compiler.log_size, "hiprtcGetProgramLogSize");
  binder.required(compiler.log, "hiprtcGetProgramLog");
  binder.required(compiler.code_size, "hiprtcGetCodeSize");
  binder.required(compiler.code, "hiprtcGetCode");
  binder.required(compiler.error_text, "hiprtcGetErrorString");
  why = binder.missing();
  return why.empty() ? std::optional(compiler) : std::nullopt;
}

std::optional<Compiler> find_compiler(std::span<const std::string> folders, int major) {
  std::string why;
  for (const char* library : kLibraries) {
    for (const std::string& folder : folders) {
      const std::string path = fmt::format("{}{}.{}", folder, library, major);
      const boundary::SymbolSource source = boundary::open_shared_library(path.c_str(), why);
      if (!source) continue;
      if (auto compiler = Compiler::bind(source, why)) return compiler;
    }
  }
  return std::nullopt;
}

const Image* image_to_compile(std::string_view target) {
  if (std::none_of(std::begin(kGenerations), std::end(kGenerations),
                   [&](std::string_view generation) { return target.starts_with(generation); })) {
    return nullptr;
  }
  static constexpr const char* kFamilies[] = {"fma", "dram"};
  static std::map<std::string, Image, std::less<>> made;
  const auto [at, fresh] = made.try_emplace(std::string(target));
  if (fresh)
    at->second = {at->first.c_str(), target.starts_with("gfx9") ? 64u : 32u, kFamilies, {}};
  return &at->second;
}

std::vector<char> compile(const Compiler& compiler, const Image& image) {
  Program program(compiler);
  RtcResult result = create(compiler, program);
  if (result == RtcResult::success) result = compile(compiler, program, image);
  size_t bytes = 0;
  if (result == RtcResult::success) result = compiler.code_size(program.handle, &bytes);
  std::vector<char> code(bytes);
  if (bytes != 0) result = compiler.code(program.handle, code.data());
  if (bytes != 0 && result == RtcResult::success) return code;
  const char* const name = compiler.error_text(result);
  const std::string log = program.handle != nullptr ? log_of(compiler, program) : "";
  throw Failure(
      TPP_FAILED,
      fmt::format("hip: hipRTC cannot compile this module's loops for {}: {}: {}; update "
                  "the ROCm runtime, or take a module that has code for it",
                  image.target, name != nullptr ? name : "no reason", gpu::shortened_log(log)));
}

}  // namespace tpp::hip
