#include "exporters/http/web_service.h"

#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include <exception>
#include <utility>

#include "exporters/http/password_hash.h"
#include "exporters/http/request_headers.h"

namespace tpp {
namespace {

using Clock = ConnectionTable::Clock;

// libmicrohttpd sees its end and closes it; until then its number stays taken.
void hang_up(int socket) { ::shutdown(socket, SHUT_RDWR); }

std::string_view header_of(MHD_Connection* connection, const char* name) {
  const char* value = nullptr;
  std::size_t size = 0;
  const MHD_Result found = MHD_lookup_connection_value_n(
      connection, MHD_HEADER_KIND, name, std::string_view(name).size(), &value, &size);
  return found == MHD_YES && value != nullptr ? std::string_view(value, size) : "";
}

// Nobody needs one here.
bool announces_body(MHD_Connection* connection) {
  const std::string_view length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  return (!length.empty() && length != "0") ||
         !header_of(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING).empty();
}

gnutls_session_t session_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  return info == nullptr ? nullptr : static_cast<gnutls_session_t>(info->tls_session);
}

}  // namespace

WebService::WebService(const WebOptions& options, std::shared_ptr<const PageSet> pages, Tell tell)
    : public_pages_(options.public_pages),
      tell_(std::move(tell)),
      config_(options.config_file),
      table_(options.limits, options.max_requests, &hang_up),
      checker_(passwords_, &bcrypt_matches),
      pages_(std::make_shared<const CompressedPages>(std::move(pages))),
      keeper_(table_, options.limits,
              {[this] { look_at_configuration(); }, !options.config_file.empty()}) {
  prepare();
  const auto config = config_.in_force();
  set_rate_limit(config->config);
  for (const std::string& note : config->config.notes) tell_(note);
}

void WebService::stop() {
  keeper_.stop();
  checker_.stop();
}

void WebService::publish(std::shared_ptr<const PageSet> pages) {
  auto compressed = std::make_shared<const CompressedPages>(std::move(pages));
  {
    const std::lock_guard lock(preparing_);
    pages_ = std::move(compressed);
  }
  prepare();
}

void WebService::prepare() {
  const std::lock_guard making(preparing_);
  auto next = std::make_shared<const PreparedPages>(pages_, config_.in_force()->config.headers);
  const std::lock_guard lock(mutex_);
  prepared_.swap(next);
}

std::shared_ptr<const PreparedPages> WebService::prepared() const {
  const std::lock_guard lock(mutex_);
  return prepared_;
}

void WebService::set_rate_limit(const WebConfig& config) {
  const std::lock_guard lock(mutex_);
  if (!config.rate_limit) {
    rate_.reset();
  } else if (!rate_ || rate_->settings() != *config.rate_limit) {
    rate_.emplace(*config.rate_limit, Clock::now());
  }
}

void WebService::look_at_configuration() {
  try {
    const WebConfigFile::News news = config_.look();
    if (news.problem) tell_(*news.problem);
    if (!news.changed) return;
    const auto config = config_.in_force();
    prepare();
    set_rate_limit(config->config);
    table_.begin_generation(config->generation);
    for (const std::string& note : config->config.notes) tell_(note);
  } catch (const std::exception&) {
    // No memory: what was in force stays so, and the next look is a second away.
  }
}

std::unique_ptr<WebService::Connection> WebService::accept(MHD_Connection* handle) {
  auto connection = std::make_unique<Connection>();
  const Clock::time_point now = Clock::now();
  const int socket = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  const auto* address = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  connection->config = config_.in_force();
  connection->place =
      table_.add(socket, peer_key(address->client_addr), connection->config->generation, now);
  keeper_.wake();
  if (!connection->config->tls) return connection;
  keeper_.ask_for_look(now);
  const gnutls_session_t session = session_of(handle);
  const bool applied = session != nullptr && connection->config->tls->apply_to(session);
  if (!applied) hang_up(socket);
  return connection;
}

void WebService::connection_changed(void* service, MHD_Connection* connection, void** context,
                                    MHD_ConnectionNotificationCode code) {
  auto* self = static_cast<WebService*>(service);
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    const std::unique_ptr<Connection> closed(static_cast<Connection*>(*context));
    if (closed != nullptr) self->table_.remove(closed->place);
    *context = nullptr;
    return;
  }
  try {
    *context = self->accept(connection).release();
  } catch (const std::exception&) {
    // No memory. Without a context its requests are refused.
  }
}

void WebService::request_completed(void* service, MHD_Connection*, void** context,
                                   MHD_RequestTerminationCode) {
  auto* connection = static_cast<Connection*>(*context);
  *context = nullptr;
  if (connection == nullptr) return;
  static_cast<WebService*>(service)->table_.end_request(connection->place, Clock::now());
}

// NOLINTNEXTLINE(readability-function-size): libmicrohttpd's signature
MHD_Result WebService::request(void* service, MHD_Connection* handle, const char* url,
                               const char* method, const char*, const char*, std::size_t* body_size,
                               void** context) {
  auto* self = static_cast<WebService*>(service);
  const auto* info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  auto* connection = info == nullptr ? nullptr : static_cast<Connection*>(info->socket_context);
  if (connection == nullptr) return MHD_NO;
  *body_size = 0;
  if (*context == nullptr) {
    *context = connection;
    connection->request = {};
    connection->request.refused_at_once =
        !self->table_.begin_request(connection->place, Clock::now());
    // libmicrohttpd closes what is answered at its first call, which is right for a request that
    // goes on with a body, and calls again where none follows.
    if (!announces_body(handle)) return MHD_YES;
  }
  try {
    return self->take_up({handle, connection, method, url});
  } catch (const std::exception&) {
    return MHD_NO;  // closes it
  }
}

std::optional<Refusal> WebService::admit(const Question& question) {
  if (question.connection->request.refused_at_once) return Refusal::too_many;
  const std::lock_guard lock(mutex_);
  if (rate_ && !rate_->take(Clock::now())) return Refusal::too_often;
  return std::nullopt;
}

MHD_Result WebService::take_up(const Question& question) {
  using Step = Request::Step;
  Request& request = question.connection->request;
  MHD_Connection* handle = question.handle;
  if (request.step == Step::arrived) {
    request.step = Step::admitted;
    if (const auto refusal = admit(question))
      return answer(question, prepared()->refusal(*refusal));
  }
  if (request.step == Step::admitted) {
    request.step = Step::configured;
    const bool waits = keeper_.wait_for_look(
        Clock::now(), [handle] { MHD_suspend_connection(handle); },
        [handle] { MHD_resume_connection(handle); });
    if (waits) return MHD_YES;
  }
  const auto config = config_.in_force();
  const Standing client = standing(question, *config);
  if (client == Standing::waiting) return MHD_YES;
  const auto pages = prepared();
  return answer(question, choose(question, client, *pages));
}

WebService::Standing WebService::standing(const Question& question,
                                          const WebConfigInForce& config) {
  if (!config.config.users.empty()) return password_standing(question, config);
  const auto& tls = question.connection->config->tls;
  const gnutls_session_t session = tls ? session_of(question.handle) : nullptr;
  const bool known = session != nullptr && tls->authenticated(session);
  return known ? Standing::authenticated : Standing::anonymous;
}

WebService::Standing WebService::password_standing(const Question& question,
                                                   const WebConfigInForce& config) {
  Request& request = question.connection->request;
  // One that was found right stands in the cache, unless its hash has changed meanwhile.
  if (request.checked == CheckOutcome::wrong) return Standing::refused;
  if (request.checked == CheckOutcome::abandoned) return Standing::busy;
  auto credentials =
      parse_basic_credentials(header_of(question.handle, MHD_HTTP_HEADER_AUTHORIZATION));
  if (!credentials) return Standing::refused;
  PasswordCache::Claim claim = passwords_.claim(config.config.users, std::move(*credentials));
  if (const auto right = passwords_.look_up(claim)) {
    return *right ? Standing::authenticated : Standing::refused;
  }
  // Put aside first: the outcome may be there before submit() returns.
  MHD_Connection* handle = question.handle;
  const auto done = [handle, &request](CheckOutcome outcome) {
    request.checked = outcome;
    MHD_resume_connection(handle);
  };
  MHD_suspend_connection(handle);
  if (!checker_.submit(std::move(claim), question.connection->place->peer, done)) {
    done(CheckOutcome::abandoned);
  }
  return Standing::waiting;
}

PreparedPages::Answer WebService::choose(const Question& question, Standing client,
                                         const PreparedPages& pages) const {
  if (client == Standing::busy) return pages.refusal(Refusal::too_many);
  if (client == Standing::refused) return pages.refusal(Refusal::credentials);
  const WebPage* page = pages.find(question.path);
  if (page == nullptr) return pages.refusal(Refusal::not_found);
  if (question.method != MHD_HTTP_METHOD_GET && question.method != MHD_HTTP_METHOD_HEAD) {
    return pages.refusal(Refusal::method);
  }
  if (page->audience == Audience::authenticated && client != Standing::authenticated &&
      !public_pages_) {
    return pages.refusal(Refusal::forbidden);
  }
  const auto encodings = header_of(question.handle, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  return pages.page(*page, accepts_gzip(encodings));
}

MHD_Result WebService::answer(const Question& question, const PreparedPages::Answer& answer) const {
  return MHD_queue_response(question.handle, answer.status, answer.response);
}

}  // namespace tpp
