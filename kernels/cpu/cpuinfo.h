// One field of one processor in /proc/cpuinfo.
#ifndef TPP_KERNELS_CPU_CPUINFO_H
#define TPP_KERNELS_CPU_CPUINFO_H

#include <string>
#include <string_view>

namespace tpp::cpu {

// The value of `field` ("model name") of logical processor `cpu`; "" where there is none.
std::string cpuinfo_field(int cpu, std::string_view field);

// The same from the text of such a file. Pure.
std::string cpuinfo_field_in(std::string_view text, int cpu, std::string_view field);

}  // namespace tpp::cpu

#endif
