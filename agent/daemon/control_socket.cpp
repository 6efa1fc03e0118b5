#include "agent/daemon/control_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/support/error.h"

namespace tpp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostClients = 16;
constexpr std::size_t kLongestRequest = 64u << 10;
constexpr std::size_t kMostUnsent = 64u << 20;  // of all clients
// For a request to come, and for what was sent to be taken.
constexpr auto kPatience = std::chrono::seconds(30);

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.size() >= sizeof address.sun_path) {
    throw Error(fmt::format("{}: {} bytes are too many for the path of a socket; {} are the most",
                            text, text.size(), sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

int new_socket() {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) throw Error(fmt::format("cannot make a socket: {}", std::strerror(errno)));
  return descriptor;
}

bool answers(const sockaddr_un& address) {
  const int descriptor = new_socket();
  const bool connected = ::connect(descriptor, generic(address), sizeof address) == 0;
  const bool busy = !connected && errno == EAGAIN;
  ::close(descriptor);
  return connected || busy;
}

std::uint32_t user_of(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool known = ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  return known ? peer.uid : static_cast<std::uint32_t>(-1);
}

}  // namespace

ControlSocket::ControlSocket(std::filesystem::path path) : path_(std::move(path)) {
  const sockaddr_un address = address_of(path_);
  if (answers(address)) {
    throw Error(fmt::format("{}: a daemon answers there already", path_.string()));
  }
  struct stat found {};
  if (::lstat(path_.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) ::unlink(path_.c_str());
  descriptor_ = new_socket();
  // Its group may ask as well as its owner; which group that is, its directory says.
  const mode_t before = ::umask(0117);
  const bool bound = ::bind(descriptor_, generic(address), sizeof address) == 0;
  const int why = errno;
  ::umask(before);
  if (!bound || ::listen(descriptor_, static_cast<int>(kMostClients)) != 0) {
    const int reason = bound ? errno : why;
    ::close(descriptor_);
    throw Error(
        fmt::format("cannot put a socket at {}: {}", path_.string(), std::strerror(reason)));
  }
}

ControlSocket::~ControlSocket() {
  for (const auto& [id, client] : clients_) ::close(client.descriptor);
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

void ControlSocket::add_to(std::vector<pollfd>& watched) const {
  if (clients_.size() < kMostClients) watched.push_back({descriptor_, POLLIN, 0});
  for (const auto& [id, client] : clients_) {
    // Of one that has no more to say, only whether it is gone, which comes unasked.
    const int events = (client.silent ? 0 : POLLIN) | (client.unsent.empty() ? 0 : POLLOUT);
    watched.push_back({client.descriptor, static_cast<short>(events), 0});
  }
}

std::vector<MeasureRequest> ControlSocket::serve(const std::vector<pollfd>& watched) {
  std::vector<MeasureRequest> requests;
  const auto events_of = [&](int descriptor) {
    const auto at = std::ranges::find(watched, descriptor, &pollfd::fd);
    return at == watched.end() ? 0 : at->revents;
  };
  for (auto at = clients_.begin(); at != clients_.end();) {
    auto& [id, client] = *at;
    const int events = events_of(client.descriptor);
    const bool gone = (events & (POLLHUP | POLLERR)) != 0;
    const bool kept = events == 0 || (!gone && read_from(id, client, requests) && write_to(client));
    const bool done = client.finished && client.unsent.empty();
    if (kept && !done && !overdue(client)) {
      ++at;
      continue;
    }
    ::close(client.descriptor);
    at = clients_.erase(at);
  }
  if (events_of(descriptor_) != 0) accept_clients();
  return requests;
}

void ControlSocket::accept_clients() {
  while (clients_.size() < kMostClients) {
    const int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) return;
    Client& client = clients_[next_++];
    client.descriptor = descriptor;
    client.user = user_of(descriptor);
    client.moved = Clock::now();
  }
}

bool ControlSocket::read_from(std::uint64_t id, Client& client,
                              std::vector<MeasureRequest>& requests) {
  std::array<char, 4096> buffer;
  const ssize_t got = ::recv(client.descriptor, buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) {
    client.silent = true;
    return client.asked;
  }
  if (client.asked) return true;  // it has had its one request
  client.moved = Clock::now();
  client.received.append(buffer.data(), static_cast<std::size_t>(got));
  const auto end = client.received.find('\n');
  if (std::min(end, client.received.size()) > kLongestRequest) return false;
  if (end != std::string::npos) take_line(id, client, requests);
  return true;
}

void ControlSocket::take_line(std::uint64_t id, Client& client,
                              std::vector<MeasureRequest>& requests) {
  client.asked = true;
  try {
    const std::string_view line(client.received);
    MeasureRequest request = parse_measure_request(line.substr(0, line.find('\n')));
    request.client = id;
    request.user = client.user;
    requests.push_back(std::move(request));
  } catch (const Error& error) {
    refuse(id, error.what());
  }
  client.received.clear();
}

bool ControlSocket::write_to(Client& client) {
  if (client.unsent.empty()) return true;
  const ssize_t sent =
      ::send(client.descriptor, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  client.unsent.erase(0, static_cast<std::size_t>(sent));
  client.moved = Clock::now();
  return true;
}

// While its pass runs, a client has nothing to do but wait.
bool ControlSocket::overdue(const Client& client) const {
  const bool waits = client.asked && client.unsent.empty();
  return !waits && Clock::now() - client.moved > kPatience;
}

void ControlSocket::send(std::uint64_t client, std::string_view line) {
  const auto at = clients_.find(client);
  if (at == clients_.end() || at->second.finished) return;
  std::size_t unsent = line.size();
  for (const auto& [id, other] : clients_) unsent += other.unsent.size();
  if (unsent > kMostUnsent) return;
  if (at->second.unsent.empty()) at->second.moved = Clock::now();
  at->second.unsent += line;
}

void ControlSocket::refuse(std::uint64_t client, std::string_view why, bool by_words) {
  json answer = {{"refused", std::string(why)}};
  if (by_words) answer["usage"] = true;
  send(client, answer.dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
  finish(client);
}

bool ControlSocket::has_unsent() const {
  return std::ranges::any_of(clients_,
                             [](const auto& client) { return !client.second.unsent.empty(); });
}

void ControlSocket::finish(std::uint64_t client) {
  const auto at = clients_.find(client);
  if (at != clients_.end()) at->second.finished = true;
}

}  // namespace tpp
