// Which passes of a history were kept since this node was started: a device without serial number
// and UUID may have been exchanged while it was off. A note beside the history, `history.boot`,
// says it: the kernel's id of the boot, and the last pass that was kept before the first of a
// daemon in it.
#ifndef TPP_AGENT_COMMAND_THIS_BOOT_H
#define TPP_AGENT_COMMAND_THIS_BOOT_H

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tpp {

// The kernel's: another one each time that it starts. nullopt where it does not tell.
std::optional<std::string> boot_id();

// The number of the last pass in `directory` that may be of an earlier boot than `boot`: 0 if none
// is. What was kept in this one before it was first asked for counts as earlier. nullopt, and all
// may be, where the boot or the history is not told. Throws Error where the note cannot be written.
std::optional<std::int64_t> last_pass_of_earlier_boots(const std::filesystem::path& directory,
                                                       const std::optional<std::string>& boot);

}  // namespace tpp

#endif
