// The compiler that comes with the ROCm runtime (hipRTC), for devices whose target this module has
// no machine code of. It is given the text of the vector and memory loops; matrix instructions
// differ between families, and are left to code that is made ahead of time. Declared here as in
// hip_api.h.
#ifndef TPP_KERNELS_HIP_RUNTIME_COMPILER_H
#define TPP_KERNELS_HIP_RUNTIME_COMPILER_H

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/cpp_shared_library.h"
#include "kernels/hip/images.h"

namespace tpp::hip {

struct RtcProgram;
enum class RtcResult : int { success = 0, out_of_memory = 1, compilation = 6 };

struct Compiler {
  RtcResult (*create)(RtcProgram**, const char* text, const char* name, int headers,
                      const char** texts, const char** names) = nullptr;
  RtcResult (*destroy)(RtcProgram**) = nullptr;
  RtcResult (*compile)(RtcProgram*, int options, const char** option) = nullptr;
  RtcResult (*log_size)(RtcProgram*, size_t* bytes) = nullptr;
  RtcResult (*log)(RtcProgram*, char* text) = nullptr;
  RtcResult (*code_size)(RtcProgram*, size_t* bytes) = nullptr;
  RtcResult (*code)(RtcProgram*, char* bytes) = nullptr;
  const char* (*error_text)(RtcResult) = nullptr;

  // All of them, or nullopt with the names of what is missing in `why`.
  static std::optional<Compiler> bind(const boundary::SymbolSource& source, std::string& why);
};

// The compiler of the ROCm runtime of that major version: in a library of its own, or up to ROCm 6
// in the runtime's. `folders` as of load_runtime. nullopt where there is none.
std::optional<Compiler> find_compiler(std::span<const std::string> folders, int major);

// What a device of the target runs once it is compiled, without data; nullptr where device code
// knows nothing of the target's generation. It lives as long as the process.
const Image* image_to_compile(std::string_view target);

// The code object of that image. Throws Failure with the compiler's words.
std::vector<char> compile(const Compiler& compiler, const Image& image);

// A text that programs include by its name.
struct Source {
  const char* name;
  const char* text;
};
// The program, and what it includes. The table is made when the module is built.
std::span<const Source> runtime_sources();

}  // namespace tpp::hip

#endif
