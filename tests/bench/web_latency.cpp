// How long a page takes to come: clients that ask again as soon as they have their answer, on
// connections kept open, beside others that are held open and say nothing. A program of its own,
// which knows HTTP and nothing of the project; prints one line of JSON, times in microseconds.
//   web-latency PORT CLIENTS SECONDS SLOW GZIP(0|1) PAUSE_US
// PAUSE_US is what a client waits between an answer and its next request.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Words {
  int port;
  int clients;
  double seconds;
  int slow;
  bool gzip;
  int pause_us;
};

struct Client {
  int socket = -1;
  Clock::time_point asked;
  std::string head;           // until it is whole
  std::size_t body_left = 0;  // after that
  bool in_body = false;
};

struct Results {
  std::vector<double> times_us;
  int failed = 0;
  int other_status = 0;
};

int connect_to(int port) {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(2);
  }
  const int yes = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return made;
}

void ask(Client& client, bool gzip) {
  const std::string request = std::string("GET /metrics HTTP/1.1\r\nHost: localhost\r\n") +
                              (gzip ? "Accept-Encoding: gzip\r\n" : "") + "\r\n";
  client.asked = Clock::now();
  client.head.clear();
  client.in_body = false;
  if (::send(client.socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) std::perror("send");
}

// Whether the answer is whole with these bytes.
bool take(Client& client, const char* data, std::size_t size, Results& results) {
  if (!client.in_body) {
    const std::size_t before = client.head.size();
    client.head.append(data, size);
    const auto end = client.head.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = client.head.find("Content-Length: ");
    client.body_left = std::strtoul(client.head.c_str() + length + 16, nullptr, 10);
    if (client.head.compare(9, 3, "200") != 0) ++results.other_status;
    client.in_body = true;
    size -= end + 4 - before;
  }
  client.body_left -= std::min(client.body_left, size);
  return client.body_left == 0;
}

class Load {
 public:
  explicit Load(const Words& words) : words_(words), epoll_(::epoll_create1(0)) {
    for (int i = 0; i < words.slow; ++i) slow_.push_back(connect_to(words.port));
    clients_.resize(static_cast<std::size_t>(words.clients));
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i].socket = connect_to(words.port);
      epoll_event event = {};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].socket, &event);
    }
  }

  Results run() {
    const auto end = Clock::now() + std::chrono::duration<double>(words_.seconds);
    for (Client& client : clients_) ask(client, words_.gzip);
    while (Clock::now() < end) step();
    return std::move(results_);
  }

 private:
  void step() {
    epoll_event events[64];
    int wait_ms = 100;
    if (!due_.empty()) {
      const auto left = due_.top().first - Clock::now();
      wait_ms = left.count() <= 0 ? 0 : static_cast<int>(left / std::chrono::milliseconds(1));
    }
    const int count = ::epoll_wait(epoll_, events, 64, wait_ms);
    for (int i = 0; i < count; ++i) read_from(events[i].data.u64);
    while (!due_.empty() && due_.top().first <= Clock::now()) {
      ask(clients_[due_.top().second], words_.gzip);
      due_.pop();
    }
  }

  void read_from(std::size_t number) {
    static char buffer[1 << 18];
    Client& client = clients_[number];
    const ssize_t size = ::recv(client.socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size <= 0) {
      ++results_.failed;
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, client.socket, nullptr);
      return;
    }
    if (!take(client, buffer, static_cast<std::size_t>(size), results_)) return;
    const auto now = Clock::now();
    results_.times_us.push_back(
        std::chrono::duration<double, std::micro>(now - client.asked).count());
    if (words_.pause_us == 0) {
      ask(client, words_.gzip);
    } else {
      due_.emplace(now + std::chrono::microseconds(words_.pause_us), number);
    }
  }

  using Due = std::pair<Clock::time_point, std::size_t>;
  const Words words_;
  const int epoll_;
  std::vector<int> slow_;
  std::vector<Client> clients_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Results results_;
};

double quantile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: %s PORT CLIENTS SECONDS SLOW GZIP PAUSE_US\n", argv[0]);
    return 64;
  }
  const Words words = {std::atoi(argv[1]), std::atoi(argv[2]),      std::atof(argv[3]),
                       std::atoi(argv[4]), std::atoi(argv[5]) != 0, std::atoi(argv[6])};
  Results results = Load(words).run();
  std::ranges::sort(results.times_us);
  std::printf(
      "{\"answers\": %zu, \"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f, \"failed\": %d, "
      "\"other_status\": %d}\n",
      results.times_us.size(), quantile(results.times_us, 0.5), quantile(results.times_us, 0.99),
      quantile(results.times_us, 1), results.failed, results.other_status);
}
