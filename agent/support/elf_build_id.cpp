#include "agent/support/elf_build_id.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

namespace tpp {
namespace {

constexpr std::size_t kMostSegments = 256;
constexpr std::size_t kMostNoteBytes = 64u << 10;
constexpr std::size_t kLongestId = 64;  // a SHA-1 has 20; linkers let users give their own
constexpr std::string_view kGnu("GNU", 4);
constexpr unsigned char kByteOrder =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

class File {
 public:
  explicit File(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool read(void* to, std::size_t size, std::uint64_t offset) const {
    return fd_ >= 0 &&
           ::pread(fd_, to, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
  }

 private:
  int fd_;
};

bool is_readable(const Elf64_Ehdr& header) {
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == kByteOrder &&
         header.e_phentsize == sizeof(Elf64_Phdr) && header.e_phnum <= kMostSegments;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

// Notes are filled up to whole words.
std::size_t filled(std::size_t size) { return (size + 3) / 4 * 4; }

}  // namespace

std::optional<std::string> build_id_in_notes(std::string_view notes) {
  Elf64_Nhdr note;
  while (notes.size() >= sizeof(note)) {
    std::memcpy(&note, notes.data(), sizeof(note));
    notes.remove_prefix(sizeof(note));
    const std::size_t content = filled(note.n_namesz);
    if (content > notes.size() || note.n_descsz > notes.size() - content) return std::nullopt;
    if (note.n_type == NT_GNU_BUILD_ID && notes.substr(0, note.n_namesz) == kGnu) {
      if (note.n_descsz == 0 || note.n_descsz > kLongestId) return std::nullopt;
      return hex(notes.substr(content, note.n_descsz));
    }
    notes.remove_prefix(std::min(content + filled(note.n_descsz), notes.size()));
  }
  return std::nullopt;
}

std::optional<std::string> build_id_of_file(const std::filesystem::path& path) {
  const File file(path);
  Elf64_Ehdr header;
  if (!file.read(&header, sizeof(header), 0) || !is_readable(header)) return std::nullopt;
  std::vector<Elf64_Phdr> segments(header.e_phnum);
  if (!file.read(segments.data(), segments.size() * sizeof(Elf64_Phdr), header.e_phoff)) {
    return std::nullopt;
  }
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_NOTE || segment.p_filesz > kMostNoteBytes) continue;
    std::string notes(segment.p_filesz, '\0');
    if (!file.read(notes.data(), notes.size(), segment.p_offset)) continue;
    if (auto id = build_id_in_notes(notes)) return id;
  }
  return std::nullopt;
}

}  // namespace tpp
