// How runtimes, firmware and CPUID write the makers of the catalogue's rows. A word that nobody
// here knows names no maker: it agrees with nothing, and contradicts nothing. Pure.
#ifndef TPP_AGENT_CHIPS_MAKERS_H
#define TPP_AGENT_CHIPS_MAKERS_H

#include <string>
#include <string_view>

namespace tpp {

// The maker that a vendor's words name, as the catalogue writes it: "Advanced Micro Devices, Inc."
// -> "AMD"; "" where they name none that is known. Of several the first that the table has.
std::string maker_named(std::string_view vendor);

// Whether the words stand in for a maker's: none, "Unknown vendor", or who wrote the driver
// ("Mesa/X.org").
bool names_nobody(std::string_view vendor);

enum class MakerFit {
  fits,
  not_told,  // nobody is named, or a word that may well be this maker's
  odd,       // no maker that is known, where all ways of writing this one are
  another,   // a maker that is known, and not this one
};

// What a device's vendor says of a row's. Runtimes that stand in for ROCm's and CUDA's list their
// devices under the makers of those.
MakerFit maker_fit(std::string_view row_vendor, std::string_view told);

}  // namespace tpp

#endif
