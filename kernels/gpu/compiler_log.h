// What a compiler said, in the room that a message has.
#ifndef TPP_KERNELS_GPU_COMPILER_LOG_H
#define TPP_KERNELS_GPU_COMPILER_LOG_H

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace tpp::gpu {

// The line of its first error and what follows, in one line; all from the first words on where no
// line says that it is an error. Before that stand warnings, and who includes whom.
inline std::string shortened_log(std::string_view log) {
  constexpr std::size_t kMost = 240;
  const auto error = log.find("error:");
  if (error != std::string_view::npos) log.remove_prefix(log.rfind('\n', error) + 1);
  const auto first = log.find_first_not_of(" \n\t");
  if (first == std::string_view::npos) return "the compiler gave no reason";
  log.remove_prefix(first);
  std::string words(log.substr(0, kMost));
  std::replace(words.begin(), words.end(), '\n', ' ');
  return log.size() > kMost ? words + "..." : words;
}

}  // namespace tpp::gpu

#endif
