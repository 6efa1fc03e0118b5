// What is answered to whom: the requests of all listening sockets, as libmicrohttpd hands them
// over. Its callbacks run on libmicrohttpd's threads and wait for nothing: a request that needs a
// password checked or a configuration looked at is put aside, and taken up again after.
#ifndef TPP_EXPORTERS_HTTP_WEB_SERVICE_H
#define TPP_EXPORTERS_HTTP_WEB_SERVICE_H

#include <microhttpd.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "exporters/http/connection_table.h"
#include "exporters/http/keeper.h"
#include "exporters/http/password_checker.h"
#include "exporters/http/prepared_pages.h"
#include "exporters/http/rate_limit.h"
#include "exporters/http/web_config_file.h"
#include "exporters/http/web_options.h"

namespace tpp {

class WebService {
 public:
  using Tell = std::function<void(const std::string& problem)>;

  // Throws Error if the web configuration or the pages cannot be used.
  WebService(const WebOptions& options, std::shared_ptr<const PageSet> pages, Tell tell);
  ~WebService() { stop(); }
  WebService(const WebService&) = delete;
  WebService& operator=(const WebService&) = delete;

  void publish(std::shared_ptr<const PageSet> pages);
  // Lets go of all that is put aside; from here on nothing is any more. Before the daemons stop.
  void stop();

  bool uses_tls() const { return config_.in_force()->tls != nullptr; }
  ConnectionCounts counts() const { return table_.counts(); }

  // libmicrohttpd's callbacks; `service` is this.
  static void connection_changed(void* service, MHD_Connection* connection, void** context,
                                 MHD_ConnectionNotificationCode code);
  static void request_completed(void* service, MHD_Connection* connection, void** context,
                                MHD_RequestTerminationCode code);
  static MHD_Result request(void* service, MHD_Connection* connection, const char* url,
                            const char* method, const char* version, const char* body,
                            std::size_t* body_size, void** context);

 private:
  // Of one request; one at a time on a connection.
  struct Request {
    enum class Step { arrived, admitted, configured };
    Step step = Step::arrived;
    bool refused_at_once = false;  // over max_requests
    std::optional<CheckOutcome> checked;
  };
  struct Connection {
    ConnectionTable::Connection* place = nullptr;
    std::shared_ptr<const WebConfigInForce> config;  // of its handshake
    Request request;
  };
  struct Question {
    MHD_Connection* handle = nullptr;
    Connection* connection = nullptr;
    std::string_view method;
    std::string_view path;
  };
  enum class Standing { anonymous, authenticated, refused, busy, waiting };

  std::unique_ptr<Connection> accept(MHD_Connection* handle);
  MHD_Result take_up(const Question& question);
  MHD_Result answer(const Question& question, const PreparedPages::Answer& answer) const;
  Standing standing(const Question& question, const WebConfigInForce& config);
  Standing password_standing(const Question& question, const WebConfigInForce& config);
  PreparedPages::Answer choose(const Question& question, Standing standing,
                               const PreparedPages& pages) const;
  std::optional<Refusal> admit(const Question& question);
  std::shared_ptr<const PreparedPages> prepared() const;
  void prepare();
  void look_at_configuration();
  void set_rate_limit(const WebConfig& config);

  const bool public_pages_;
  const Tell tell_;
  WebConfigFile config_;
  ConnectionTable table_;
  PasswordCache passwords_;
  PasswordChecker checker_;
  std::mutex preparing_;                           // one makes answers at a time
  std::shared_ptr<const CompressedPages> pages_;   // under it
  mutable std::mutex mutex_;                       // held for a copy only
  std::shared_ptr<const PreparedPages> prepared_;  // these: under it
  std::optional<RateLimit> rate_;
  Keeper keeper_;  // the last: it calls into all of the above
};

}  // namespace tpp

#endif
