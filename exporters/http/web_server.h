// The web server: gives pages that others made, over HTTP/1.1 and TLS, to whom the options and the
// web configuration let see them. It knows paths, bytes and clients, and not what is in a page.
//
// Threads: one of libmicrohttpd for each listening socket, which serves all of its clients and
// never waits; a keeper, which sleeps while nobody is connected (keeper.h); and, from the first
// password on, a checker (password_checker.h). None takes signals. Any thread may call publish()
// and the questions; the constructor and the destructor are for one. SIGPIPE is never raised.
#ifndef TPP_EXPORTERS_HTTP_WEB_SERVER_H
#define TPP_EXPORTERS_HTTP_WEB_SERVER_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporters/http/page.h"
#include "exporters/http/web_options.h"

namespace tpp {

// Since the start; for metrics and tests.
struct WebCounts {
  std::uint64_t connections = 0;           // accepted
  std::uint64_t closed_for_newcomers = 0;  // to make room
  std::uint64_t closed_as_overdue = 0;     // slow, or idle for too long
  std::uint64_t refused_requests = 0;      // over --web.max-requests
};

class WebServer {
 public:
  // Serves once it returns. `tell` is given, in words, what is wrong with a web configuration that
  // changed, and what of one has no effect; it is called on the keeper's thread, and here. Throws
  // Error if it cannot listen, or the configuration or the pages cannot be used.
  WebServer(const WebOptions& options, std::shared_ptr<const PageSet> pages,
            std::function<void(const std::string&)> tell);
  // Ends what is being answered; returns after the password being checked, a second or two at most.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  // From the next request on. Compresses on the caller's thread.
  void publish(std::shared_ptr<const PageSet> pages);

  const std::vector<ListenAddress>& addresses() const;  // as bound
  bool uses_tls() const;
  WebCounts counts() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tpp

#endif
