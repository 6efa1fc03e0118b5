// How many members an aggregate has, counted by the compiler: a table of members can then be held
// against the struct, so that a member added to the model and forgotten here does not compile.
#ifndef TPP_EXPORTERS_MEMBER_COUNT_H
#define TPP_EXPORTERS_MEMBER_COUNT_H

#include <cstddef>
#include <utility>

namespace tpp::json_form {

// Initialises anything; never really called.
struct AnyMember {
  explicit constexpr AnyMember(std::size_t) {}
  // NOLINTBEGIN(google-explicit-constructor): implicit conversion is its whole purpose
  template <class T>
  operator T&() const&;
  template <class T>
  operator T&&() const&&;
  // NOLINTEND(google-explicit-constructor)
};

template <class Struct, std::size_t... I>
constexpr bool takes_members(std::index_sequence<I...>) {
  return requires { Struct{AnyMember(I)...}; };
}

template <class Struct, std::size_t N = 0>
constexpr std::size_t member_count() {
  if constexpr (takes_members<Struct>(std::make_index_sequence<N + 1>())) {
    return member_count<Struct, N + 1>();
  } else {
    return N;
  }
}

}  // namespace tpp::json_form

#endif
