#include "exporters/http/web_server.h"

#include <fmt/format.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <thread>
#include <utility>

#include "agent/support/error.h"
#include "agent/support/text.h"
#include "exporters/http/listening_socket.h"
#include "exporters/http/signal_free_threads.h"
#include "exporters/http/web_service.h"

namespace tpp {
namespace {

std::vector<ListeningSocket> open_sockets(const WebOptions& options) {
  std::vector<ListeningSocket> sockets;
  for (const int descriptor : options.inherited_sockets) {
    sockets.push_back(ListeningSocket::inherit(descriptor));
  }
  if (!sockets.empty()) return sockets;
  for (const ListenAddress& address : options.listen_addresses) {
    sockets.push_back(ListeningSocket::open(address));
  }
  if (sockets.empty()) throw Error("the web server has no address to listen on; name one");
  return sockets;
}

// libmicrohttpd wants a source of certificates before it takes TLS. Each connection is given one of
// its own (WebService); one that was not is given none here.
// NOLINTNEXTLINE(readability-function-size): GnuTLS' signature
int no_certificate(gnutls_session_t, const gnutls_datum_t*, int, const gnutls_pk_algorithm_t*, int,
                   gnutls_pcert_st**, unsigned*, gnutls_privkey_t*) {
  return -1;
}

// What libmicrohttpd says of a start that fails, on the thread that starts. What its own threads
// say later is of clients, who could fill a log with it.
struct StartWords {
  std::string text;
  const std::thread::id starter = std::this_thread::get_id();

  __attribute__((format(printf, 2, 0))) static void take(void* words, const char* format,
                                                         va_list arguments) {
    auto* self = static_cast<StartWords*>(words);
    if (self == nullptr || std::this_thread::get_id() != self->starter) return;
    std::array<char, 512> line = {};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    self->text = line.data();
  }
};

// Beyond what the table of connections keeps: those hung up, until they are closed.
unsigned hard_limit(const WebLimits& limits) {
  return static_cast<unsigned>(2 * limits.connections + 64);
}

}  // namespace

class WebServer::Parts {
 public:
  Parts(const WebOptions& options, std::shared_ptr<const PageSet> pages, WebService::Tell tell)
      : service_(options, std::move(pages), std::move(tell)) {
    try {
      start_all(options);
    } catch (...) {
      service_.stop();
      throw;
    }
  }
  // libmicrohttpd ends the process if it is stopped while requests are put aside.
  ~Parts() { service_.stop(); }

  WebService& service() { return service_; }
  const std::vector<ListenAddress>& addresses() const { return addresses_; }

 private:
  struct Stop {
    void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
  };
  using Daemon = std::unique_ptr<MHD_Daemon, Stop>;

  void start_all(const WebOptions& options) {
    const SignalFreeThreads no_signals;
    for (ListeningSocket& socket : open_sockets(options)) {
      addresses_.push_back(socket.address());
      daemons_.push_back(start(options.limits, socket));
    }
  }
  Daemon start(const WebLimits& limits, ListeningSocket& socket);

  WebService service_;
  StartWords words_;
  std::vector<ListenAddress> addresses_;
  std::vector<Daemon> daemons_;
};

WebServer::Parts::Daemon WebServer::Parts::start(const WebLimits& limits, ListeningSocket& socket) {
  // Only should the keeper hang: it hangs up long before.
  const auto fallback_s = static_cast<unsigned>(limits.idle.count() / 1000 + 30);
  std::array<MHD_OptionItem, 2> tls = {
      {{MHD_OPTION_HTTPS_CERT_CALLBACK, 0, reinterpret_cast<void*>(&no_certificate)},
       {MHD_OPTION_END, 0, nullptr}}};
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
  if (service_.uses_tls()) {
    flags |= MHD_USE_TLS;
  } else {
    tls[0] = tls[1];
  }
  const std::string address = to_text(socket.address());
  Daemon daemon(MHD_start_daemon(flags, 0, nullptr, nullptr, &WebService::request, &service_,  //
                                 MHD_OPTION_EXTERNAL_LOGGER, &StartWords::take, &words_,       //
                                 MHD_OPTION_LISTEN_SOCKET, socket.release(),                   //
                                 MHD_OPTION_CONNECTION_LIMIT, hard_limit(limits),              //
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.request_bytes,     //
                                 MHD_OPTION_CONNECTION_TIMEOUT, fallback_s,                    //
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1,                              //
                                 MHD_OPTION_NOTIFY_CONNECTION, &WebService::connection_changed,
                                 &service_, MHD_OPTION_NOTIFY_COMPLETED,
                                 &WebService::request_completed, &service_,  //
                                 MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END));
  if (daemon == nullptr) {
    throw Error(
        fmt::format("cannot serve on {}: {}", address,
                    words_.text.empty() ? "libmicrohttpd did not start" : trim(words_.text)));
  }
  return daemon;
}

WebServer::WebServer(const WebOptions& options, std::shared_ptr<const PageSet> pages,
                     std::function<void(const std::string&)> tell)
    : parts_(std::make_unique<Parts>(options, std::move(pages), std::move(tell))) {}

WebServer::~WebServer() = default;

void WebServer::publish(std::shared_ptr<const PageSet> pages) {
  parts_->service().publish(std::move(pages));
}

const std::vector<ListenAddress>& WebServer::addresses() const { return parts_->addresses(); }

bool WebServer::uses_tls() const { return parts_->service().uses_tls(); }

WebCounts WebServer::counts() const {
  const ConnectionCounts counts = parts_->service().counts();
  return {counts.accepted, counts.made_room, counts.overdue, counts.too_many_now};
}

}  // namespace tpp
