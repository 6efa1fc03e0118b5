// The nearest known word for a mistyped one. A module includes nothing of the host's, so this small
// thing stands here once more.
#ifndef TPP_KERNELS_SIM_DID_YOU_MEAN_H
#define TPP_KERNELS_SIM_DID_YOU_MEAN_H

#include <span>
#include <string>
#include <string_view>

namespace tpp::sim {

// "; did you mean 'x'?" or "".
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace tpp::sim

#endif
