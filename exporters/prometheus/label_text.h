// What a label may hold: UTF-8 of bounded length, each character of which is seen. Names of devices
// come from firmware and drivers, which may say anything, and one byte that is no UTF-8 makes
// Prometheus refuse the whole scrape. Quotes and backslashes are left to the serialiser. Pure.
#ifndef TPP_EXPORTERS_PROMETHEUS_LABEL_TEXT_H
#define TPP_EXPORTERS_PROMETHEUS_LABEL_TEXT_H

#include <cstddef>
#include <string>
#include <string_view>

namespace tpp {

inline constexpr std::size_t kLongestLabel = 128;  // bytes

// What is not seen (shown_text.h) and whatever is no UTF-8 become U+FFFD; what is longer than
// `most` bytes ends at a whole character.
std::string label_text(std::string_view text, std::size_t most = kLongestLabel);

}  // namespace tpp

#endif
