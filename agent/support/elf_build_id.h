// The build id of a program or library: what its linker wrote into it to tell builds apart, and
// what debuggers and makers' archives of symbols look it up by. Reads foreign bytes: bounded.
#ifndef TPP_AGENT_SUPPORT_ELF_BUILD_ID_H
#define TPP_AGENT_SUPPORT_ELF_BUILD_ID_H

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tpp {

// GNU build id in lower-case hex. nullopt if there is none, if the file cannot be read, or if it is
// no ELF file of 64 bits in this machine's byte order.
std::optional<std::string> build_id_of_file(const std::filesystem::path& path);

// The same of the bytes of a segment of notes; nullopt if it holds none or is damaged.
std::optional<std::string> build_id_in_notes(std::string_view notes);

}  // namespace tpp

#endif
