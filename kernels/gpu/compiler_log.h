// What a compiler said, in the room that a message has.
#ifndef TPP_KERNELS_GPU_COMPILER_LOG_H
#define TPP_KERNELS_GPU_COMPILER_LOG_H

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace tpp::gpu {

// The first of it that is more than white space, in one line.
inline std::string shortened_log(std::string_view log) {
  constexpr std::size_t kMost = 240;
  const auto first = log.find_first_not_of(" \n\t");
  if (first == std::string_view::npos) return "the compiler gave no reason";
  log.remove_prefix(first);
  std::string words(log.substr(0, kMost));
  std::replace(words.begin(), words.end(), '\n', ' ');
  return log.size() > kMost ? words + "..." : words;
}

}  // namespace tpp::gpu

#endif
