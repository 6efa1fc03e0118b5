// Serves given pages until its input ends: what the tests of the web server drive. Prints
// "listening ADDRESS" for each socket; reads commands, a line each:
//   publish    another snapshot, whose number stands in its pages; prints "published NUMBER"
//   counts     prints "counts CONNECTIONS FOR_NEWCOMERS OVERDUE REFUSED"
// What the server tells of its configuration goes to standard error, a line each.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exporters/http/listen_address.h"
#include "exporters/http/web_server.h"

namespace {

using tpp::Audience;

struct Words {
  std::vector<std::string> listen = {"127.0.0.1:0"};
  bool systemd_socket = false;
  std::size_t page_bytes = 100'000;
  tpp::WebOptions options;
};

// As metrics are: names repeat, values do not.
std::string metrics_text(std::size_t bytes, int snapshot) {
  std::string text = "snapshot " + std::to_string(snapshot) + "\n";
  for (unsigned i = 0; text.size() < bytes; ++i) {
    text += "tpp_device_dense_throughput_ops_per_second{device=\"0000:" + std::to_string(i % 100) +
            ":00.0\",precision=\"fp16\"} " + std::to_string(i * 2654435761u) + "\n";
  }
  return text;
}

std::shared_ptr<const tpp::PageSet> pages_of(const Words& words, int snapshot) {
  const std::string number = std::to_string(snapshot);
  const auto text = [](std::string body) {
    return std::make_shared<const std::string>(std::move(body));
  };
  auto set = std::make_shared<tpp::PageSet>();
  set->pages = {
      {words.options.telemetry_path, "text/plain; version=0.0.4; charset=utf-8",
       text(metrics_text(words.page_bytes, snapshot)), Audience::everyone},
      {"/", "text/html; charset=utf-8", text("<p>inventory " + number + "</p>\n")},
      {"/api/v1/report", "application/json", text("{\"snapshot\": " + number + "}\n")},
      {"/-/healthy", "text/plain; charset=utf-8", text("healthy\n"), Audience::everyone},
      {"/-/ready", "text/plain; charset=utf-8", text("not yet\n"), Audience::everyone, 503},
  };
  return set;
}

void add_limits(CLI::App& app, tpp::WebLimits& limits) {
  const auto add_ms = [&app](const std::string& name, std::chrono::milliseconds& value) {
    app.add_option_function<int>(name, [&value](int ms) { value = std::chrono::milliseconds(ms); });
  };
  app.add_option("--connections", limits.connections);
  app.add_option("--connections-per-address", limits.connections_per_address);
  app.add_option("--request-bytes", limits.request_bytes);
  add_ms("--first-request-ms", limits.first_request);
  add_ms("--request-ms", limits.request);
  add_ms("--idle-ms", limits.idle);
  add_ms("--yields-after-ms", limits.yields_after);
  add_ms("--config-check-ms", limits.config_check);
}

void take_addresses(Words& words) {
  words.options.listen_addresses.clear();
  for (const std::string& text : words.listen) {
    words.options.listen_addresses.push_back(tpp::parse_listen_address(text));
  }
  if (!words.systemd_socket) return;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const int count =
      tpp::inherited_socket_count(variable("LISTEN_PID"), variable("LISTEN_FDS"), ::getpid());
  for (int i = 0; i < count; ++i) {
    words.options.inherited_sockets.push_back(tpp::kFirstInheritedSocket + i);
  }
}

void serve(const Words& words) {
  int snapshot = 1;
  tpp::WebServer server(words.options, pages_of(words, snapshot), [](const std::string& problem) {
    std::fprintf(stderr, "%s\n", problem.c_str());
  });
  for (const auto& address : server.addresses()) {
    std::cout << "listening " << tpp::to_text(address) << std::endl;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "publish") {
      server.publish(pages_of(words, ++snapshot));
      std::cout << "published " << snapshot << std::endl;
    } else if (line == "counts") {
      const tpp::WebCounts counts = server.counts();
      std::cout << "counts " << counts.connections << ' ' << counts.closed_for_newcomers << ' '
                << counts.closed_as_overdue << ' ' << counts.refused_requests << std::endl;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Words words;
  CLI::App app("Serves given pages");
  app.add_option("--listen", words.listen);
  app.add_flag("--systemd-socket", words.systemd_socket);
  app.add_option("--config", words.options.config_file);
  app.add_flag("--public-pages", words.options.public_pages);
  app.add_option("--telemetry-path", words.options.telemetry_path);
  app.add_option("--max-requests", words.options.max_requests);
  app.add_option("--page-bytes", words.page_bytes);
  add_limits(app, words.options.limits);
  CLI11_PARSE(app, argc, argv);
  try {
    take_addresses(words);
    serve(words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}
