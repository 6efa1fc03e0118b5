#include "exporters/http/prepared_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "agent/support/error.h"
#include "exporters/http/gzip.h"

namespace tpp {
namespace {

using Headers = std::map<std::string, std::string>;

// What is smaller fits one packet anyway.
constexpr std::size_t kSmallestCompressed = 1024;

struct RefusalRow {
  unsigned status;
  const char* text;
  const char* header;  // that the status asks for, and its value; nullptr: none
  const char* value;
};

// In the order of Refusal.
constexpr std::array<RefusalRow, kRefusals> kRefusalRows = {{
    {401, "A user and a password are needed here.\n", "WWW-Authenticate",
     "Basic realm=\"tpp-agent\", charset=\"UTF-8\""},
    {403,
     "This page names hardware and serial numbers. It is given to who shows a password or a "
     "verified "
     "client certificate (--web.config.file), or to everyone (--web.public-pages).\n",
     nullptr, nullptr},
    {404, "There is no such page.\n", nullptr, nullptr},
    {405, "Pages can be read only.\n", "Allow", "GET, HEAD"},
    {429, "More requests than the configured rate.\n", "Retry-After", "1"},
    {503, "Too many requests at once.\n", "Retry-After", "1"},
}};

Headers refusal_headers(const RefusalRow& row) {
  Headers headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  if (row.header != nullptr) headers[row.header] = row.value;
  return headers;
}

Headers page_headers(const WebPage& page, bool has_gzip) {
  const bool is_private = page.audience == Audience::authenticated;
  Headers headers = {{"Content-Type", page.content_type},
                     {"Cache-Control", is_private ? "no-store" : "no-cache"}};
  if (has_gzip) headers["Vary"] = "Accept-Encoding";
  if (page.content_type.starts_with("text/html")) {
    // Our pages load nothing and run nothing: what a device calls itself cannot either.
    headers["Content-Security-Policy"] =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'";
    headers["Referrer-Policy"] = "no-referrer";
  }
  return headers;
}

// What is configured stands in place of ours.
Headers with_configured(Headers headers, const Headers& configured) {
  headers["X-Content-Type-Options"] = "nosniff";
  for (const auto& [name, value] : configured) headers[name] = value;
  return headers;
}

void release_pages(void* owner) {
  delete static_cast<std::shared_ptr<const CompressedPages>*>(owner);
}

}  // namespace

CompressedPages::CompressedPages(std::shared_ptr<const PageSet> pages) : pages_(std::move(pages)) {
  std::set<std::string_view> seen;
  for (const WebPage& page : pages_->pages) {
    if (!page.path.starts_with('/')) {
      throw Error(fmt::format("'{}' is no path of a page; it has to begin with '/'", page.path));
    }
    if (!seen.insert(page.path).second) {
      throw Error(
          fmt::format("two pages have the path {}; choose another by "
                      "--web.telemetry-path",
                      page.path));
    }
    std::string packed = page.body->size() >= kSmallestCompressed ? gzip(*page.body) : "";
    if (packed.size() >= page.body->size()) packed.clear();
    gzipped_.push_back(std::move(packed));
  }
}

PreparedPages::PreparedPages(std::shared_ptr<const CompressedPages> pages, const Headers& headers)
    : pages_(std::move(pages)) {
  for (std::size_t i = 0; i < pages_->pages().size(); ++i) {
    const WebPage& page = pages_->pages()[i];
    const std::string& packed = pages_->gzipped(i);
    Headers all = with_configured(page_headers(page, !packed.empty()), headers);
    Prepared& prepared = prepared_.emplace_back();
    prepared.plain = make(*page.body, all);
    if (packed.empty()) continue;
    all["Content-Encoding"] = "gzip";
    prepared.gzipped = make(packed, all);
  }
  for (std::size_t i = 0; i < kRefusals; ++i) {
    const RefusalRow& row = kRefusalRows[i];
    refusals_[i].reset(MHD_create_response_from_buffer(
        std::string_view(row.text).size(), const_cast<char*>(row.text), MHD_RESPMEM_PERSISTENT));
    TPP_CHECK(refusals_[i] != nullptr);
    for (const auto& [name, value] : with_configured(refusal_headers(row), headers)) {
      TPP_CHECK(MHD_add_response_header(refusals_[i].get(), name.c_str(), value.c_str()) ==
                MHD_YES);
    }
  }
}

// The body stays where it is, as long as a client takes to read it: the response keeps the pages.
PreparedPages::Response PreparedPages::make(const std::string& body, const Headers& headers) const {
  auto owner = std::make_unique<std::shared_ptr<const CompressedPages>>(pages_);
  Response response(MHD_create_response_from_buffer_with_free_callback_cls(
      body.size(), const_cast<char*>(body.data()), &release_pages, owner.get()));
  TPP_CHECK(response != nullptr);
  static_cast<void>(owner.release());
  for (const auto& [name, value] : headers) {
    TPP_CHECK(MHD_add_response_header(response.get(), name.c_str(), value.c_str()) == MHD_YES);
  }
  return response;
}

const WebPage* PreparedPages::find(std::string_view path) const {
  const auto page = std::ranges::find(pages_->pages(), path, &WebPage::path);
  return page == pages_->pages().end() ? nullptr : &*page;
}

PreparedPages::Answer PreparedPages::page(const WebPage& page, bool gzip) const {
  const Prepared& prepared = prepared_[static_cast<std::size_t>(&page - pages_->pages().data())];
  const bool packed = gzip && prepared.gzipped != nullptr;
  return {static_cast<unsigned>(page.status),
          packed ? prepared.gzipped.get() : prepared.plain.get()};
}

PreparedPages::Answer PreparedPages::refusal(Refusal refusal) const {
  const auto index = static_cast<std::size_t>(refusal);
  return {kRefusalRows[index].status, refusals_[index].get()};
}

}  // namespace tpp
