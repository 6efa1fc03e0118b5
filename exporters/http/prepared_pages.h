// The answers of one snapshot under one configuration, made once: a request only counts a reference
// up. Immutable: any number of threads may answer from one.
#ifndef TPP_EXPORTERS_HTTP_PREPARED_PAGES_H
#define TPP_EXPORTERS_HTTP_PREPARED_PAGES_H

#include <microhttpd.h>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/http/page.h"

namespace tpp {

// Pages with their bodies compressed, where that makes them smaller.
class CompressedPages {
 public:
  // Throws Error if two pages have one path, or one is no path.
  explicit CompressedPages(std::shared_ptr<const PageSet> pages);

  const std::vector<WebPage>& pages() const { return pages_->pages; }
  const std::string& gzipped(std::size_t page) const { return gzipped_[page]; }  // "": it is not

 private:
  std::shared_ptr<const PageSet> pages_;
  std::vector<std::string> gzipped_;
};

// Why a request is not answered by a page.
enum class Refusal {
  credentials,  // none, or wrong ones
  forbidden,    // a page for the authenticated, and nothing by which to authenticate
  not_found,
  method,
  too_often,  // rate limit
  too_many,   // requests, or passwords to be checked, at once
};
inline constexpr std::size_t kRefusals = 6;

class PreparedPages {
 public:
  PreparedPages(std::shared_ptr<const CompressedPages> pages,
                const std::map<std::string, std::string>& headers);

  // With its status; owned here, and by libmicrohttpd as long as it sends it.
  struct Answer {
    unsigned status = 0;
    MHD_Response* response = nullptr;
  };
  const WebPage* find(std::string_view path) const;
  Answer page(const WebPage& page, bool gzip) const;  // one that find() gave
  Answer refusal(Refusal refusal) const;

 private:
  struct Destroy {
    void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
  };
  using Response = std::unique_ptr<MHD_Response, Destroy>;
  struct Prepared {
    Response plain;
    Response gzipped;
  };
  using Headers = std::map<std::string, std::string>;

  Response make(const std::string& body, const Headers& headers) const;

  std::shared_ptr<const CompressedPages> pages_;
  std::vector<Prepared> prepared_;  // in the order of the pages
  std::array<Response, kRefusals> refusals_;
};

}  // namespace tpp

#endif
