#include "agent/support/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "agent/support/error.h"

namespace tpp {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() { return std::strerror(errno); }

ssize_t read_some(int fd, char* buffer, std::size_t size) {
  ssize_t got;
  do {
    got = ::read(fd, buffer, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

std::string name_beside(const std::filesystem::path& path) {
  return fmt::format("{}.{}.tmp", path.string(), ::getpid());
}

int create_beside(const std::filesystem::path& path, const std::string& beside) {
  std::error_code error;
  const bool is_directory = std::filesystem::is_directory(path, error);
  const int fd =
      is_directory ? -1 : ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd >= 0) return fd;
  throw Error(
      fmt::format("cannot write {}: {}; choose a path in a directory that exists and that "
                  "you may write",
                  path.string(), is_directory ? "it is a directory" : reason()));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t done = ::write(fd, content.data(), content.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

class Sha256 {
 public:
  // The library's own settings, which the environment can name, may name code to load.
  Sha256() {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free};
};

}  // namespace

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) throw Error(fmt::format("cannot read {}: {}", path.string(), reason()));
  std::string content;
  struct stat status;
  if (::fstat(file.get(), &status) == 0 && status.st_size > 0) {
    content.reserve(std::min(static_cast<std::size_t>(status.st_size), limit));
  }
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = read_some(file.get(), buffer.data(), buffer.size());
    if (got < 0) throw Error(fmt::format("cannot read {}: {}", path.string(), reason()));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      throw Error(fmt::format("cannot read {}: larger than the {} bytes expected at most",
                              path.string(), limit));
    }
  }
}

std::optional<std::string> try_read_file(const std::filesystem::path& path, std::size_t limit) {
  try {
    return read_file(path, limit);
  } catch (const Error&) {
    return std::nullopt;
  }
}

namespace {

// Where the bytes really go: what a symbolic link points to is replaced, not the link.
std::filesystem::path target_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target;
}

// Devices and pipes are written into: a rename would put a file in their place.
bool is_special(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

void write_special(const std::filesystem::path& path, std::string_view content) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || !write_all(file.get(), content)) {
    throw Error(fmt::format("cannot write {}: {}", path.string(), reason()));
  }
}

// A report that only its owner could read stays so. A wish: where it is refused, the file has the
// mode of a new one.
void keep_mode(const std::filesystem::path& path, int fd) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) (void)::fchmod(fd, status.st_mode & 07777);
}

}  // namespace

void check_replaceable(const std::filesystem::path& path) {
  const std::filesystem::path target = target_of(path);
  if (is_special(target)) return;  // opening a pipe would wait for its reader
  const std::string beside = name_beside(target);
  const FileDescriptor file(create_beside(target, beside));
  ::unlink(beside.c_str());
}

namespace {

enum class ModeOfFile { kept, readable_by_all };

void replace(const std::filesystem::path& path, std::string_view content, ModeOfFile mode) {
  constexpr mode_t kReadableByAll = 0644;
  const std::filesystem::path target = target_of(path);
  if (is_special(target)) return write_special(target, content);
  const std::string beside = name_beside(target);
  const FileDescriptor file(create_beside(target, beside));
  if (mode == ModeOfFile::kept) keep_mode(target, file.get());
  const bool set = mode == ModeOfFile::kept || ::fchmod(file.get(), kReadableByAll) == 0;
  const bool written = set && write_all(file.get(), content) && ::fsync(file.get()) == 0;
  if (!written || ::rename(beside.c_str(), target.c_str()) != 0) {
    const std::string why = reason();
    ::unlink(beside.c_str());
    throw Error(fmt::format("cannot write {}: {}", path.string(), why));
  }
}

}  // namespace

void replace_file(const std::filesystem::path& path, std::string_view content) {
  replace(path, content, ModeOfFile::kept);
}

void replace_public_file(const std::filesystem::path& path, std::string_view content) {
  replace(path, content, ModeOfFile::readable_by_all);
}

void create_private_file(const std::filesystem::path& path, std::string_view content) {
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0 || !write_all(file.get(), content)) {
    throw Error(fmt::format("cannot write {}: {}", path.string(), reason()));
  }
}

std::string sha256(std::string_view content) {
  Sha256 digest;
  digest.add(content);
  return digest.hex();
}

std::optional<std::string> sha256_of_file(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return std::nullopt;
  Sha256 digest;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = read_some(file.get(), buffer.data(), buffer.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return digest.hex();
    digest.add({buffer.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace tpp
