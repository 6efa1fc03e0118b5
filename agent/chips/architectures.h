// Whether the architecture that a device tells is another than its row's, where both are written in
// one scheme: a compiler's target, a processor's instruction set, or the family's name. Pure.
#ifndef TPP_AGENT_CHIPS_ARCHITECTURES_H
#define TPP_AGENT_CHIPS_ARCHITECTURES_H

#include <string>
#include <string_view>

namespace tpp {

// False where it cannot be told: that of a scheme in which nobody knows the row's, or none at all.
bool is_other_architecture(std::string_view of_row, std::string_view told);

// The row's with what devices of it may tell, "Turing (sm_75)"; alone where that is not known.
std::string architecture_text(std::string_view of_row);

// Whether the targets that compilers know of the row's architecture are known here.
bool has_known_targets(std::string_view of_row);

}  // namespace tpp

#endif
