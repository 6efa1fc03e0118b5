// Single answers of makers' libraries as optional values: what is true of each of them.
#ifndef TPP_PROBES_LIBRARY_ANSWERS_H
#define TPP_PROBES_LIBRARY_ANSWERS_H

#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>

namespace tpp {

inline constexpr double kHertzPerMegahertz = 1e6;

// A text of a library is bytes until proven otherwise: what is not printable ASCII becomes '?'.
std::string printable(std::span<const char> bytes);

// Numbers that a driver does not know are all ones.
template <class Number>
std::optional<Number> told(Number value) {
  return value == static_cast<Number>(~0ull) ? std::nullopt : std::optional(value);
}

// What a function writes through its last parameter.
template <class Function>
struct Written;
template <class Result, class... Parameters>
struct Written<Result (*)(Parameters...)> {
  using Last = std::tuple_element_t<sizeof...(Parameters) - 1, std::tuple<Parameters...>>;
  using Type = std::remove_pointer_t<Last>;
};

}  // namespace tpp

#endif
