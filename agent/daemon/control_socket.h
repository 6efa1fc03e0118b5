// A Unix socket by which the operator, or a job that owns a device, asks the daemon for a pass. One
// request a connection, a line of JSON, and as many lines of answers as there are:
//
//   {"measure": {"devices": ["0000:17:00.0"], "full": true, "force": false}}
//   ... the lines of a pass (agent/pass/pass_messages.h), or {"refused": "why"}, with "usage": true
//   where what was asked for is not there
//
// Who may ask is said by the socket's owner, group and mode. Never blocks; bounded in connections,
// bytes and time. Used from one thread.
#ifndef TPP_AGENT_DAEMON_CONTROL_SOCKET_H
#define TPP_AGENT_DAEMON_CONTROL_SOCKET_H

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pass/measure_request.h"

namespace tpp {

class ControlSocket {
 public:
  // A socket of a daemon that is gone is replaced. Throws Error where another one answers there, or
  // where no socket can be put there.
  explicit ControlSocket(std::filesystem::path path);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  // What to wait for, and what to do once any of it is ready. A request comes once.
  void add_to(std::vector<pollfd>& watched) const;
  std::vector<MeasureRequest> serve(const std::vector<pollfd>& watched);

  // Nothing happens where the client is gone, or was told the last.
  void send(std::uint64_t client, std::string_view line);
  void refuse(std::uint64_t client, std::string_view why, bool by_words = false);
  void finish(std::uint64_t client);  // once all is sent
  bool has_unsent() const;
  bool connected(std::uint64_t client) const { return clients_.contains(client); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Client {
    int descriptor = -1;
    std::uint32_t user = 0;
    std::string received;
    bool asked = false;
    bool silent = false;  // it has closed its side, and still listens
    std::string unsent;
    bool finished = false;
    Clock::time_point moved;  // when it last sent or took anything
  };

  void accept_clients();
  // False where it is to be closed.
  bool read_from(std::uint64_t id, Client& client, std::vector<MeasureRequest>& requests);
  void take_line(std::uint64_t id, Client& client, std::vector<MeasureRequest>& requests);
  static bool write_to(Client& client);
  bool overdue(const Client& client) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, Client> clients_;
};

}  // namespace tpp

#endif
