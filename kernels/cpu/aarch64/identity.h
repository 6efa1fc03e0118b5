// Who made a core and what it is called, from its main identification register; whether a virtual
// machine runs here, from what the firmware says. Pure; architecture.h has the ways that read them.
#ifndef TPP_KERNELS_CPU_AARCH64_IDENTITY_H
#define TPP_KERNELS_CPU_AARCH64_IDENTITY_H

#include <cstdint>
#include <filesystem>
#include <optional>

#include "kernels/cpu/architecture.h"

namespace tpp::cpu {

// Of the register MIDR_EL1. A maker that is known and a part that is not give a name such as "part
// 0xabc". The core's name, not the product's: Graviton4, Grace and Axion are all Neoverse-V2.
ProcessorIdentity identify_midr(uint64_t midr);

// What the files under `sys` ("/sys") and `proc` ("/proc") say: true, or nullopt.
std::optional<bool> firmware_says_virtual(const std::filesystem::path& sys,
                                          const std::filesystem::path& proc);

}  // namespace tpp::cpu

#endif
