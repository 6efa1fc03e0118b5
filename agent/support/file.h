// Files, whole and bounded. Errors name the path, the system's reason and what to do.
#ifndef TPP_AGENT_SUPPORT_FILE_H
#define TPP_AGENT_SUPPORT_FILE_H

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tpp {

inline constexpr std::size_t kLargestFile = 64u << 20;

// The whole file. Throws Error if it cannot be read or is larger than `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::size_t limit = kLargestFile);

// As read_file, but nullopt instead of an error: for facts that may be absent (sysfs).
std::optional<std::string> try_read_file(const std::filesystem::path& path,
                                         std::size_t limit = 1u << 20);

// Writes beside `path` and renames, so that a reader sees the old or the new file, never a part. A
// symbolic link is followed; a device or pipe is written into, never replaced.
// Throws Error, and leaves no partial file, if it cannot be written.
void replace_file(const std::filesystem::path& path, std::string_view content);

// The same, and everybody may read it whatever the mask of the process or the file that was there:
// for readers that run as somebody else.
void replace_public_file(const std::filesystem::path& path, std::string_view content);

// A new file that its owner alone may read. Throws Error if it is there already, or cannot be
// written whole.
void create_private_file(const std::filesystem::path& path, std::string_view content);

// Throws Error, as replace_file would, if a file could not be put at `path`; changes nothing.
void check_replaceable(const std::filesystem::path& path);

// SHA-256 in lower-case hex: of what a file holds or shall hold, and of a file (nullopt if it
// cannot be read).
std::string sha256(std::string_view content);
std::optional<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace tpp

#endif
