// What a web server has to give: pages as bytes, and who may see each. Where they come from and
// what is in them is their maker's. Plain values.
#ifndef TPP_EXPORTERS_HTTP_PAGE_H
#define TPP_EXPORTERS_HTTP_PAGE_H

#include <memory>
#include <string>
#include <vector>

namespace tpp {

enum class Audience {
  everyone,       // who reaches the port, and passes what the web configuration asks of all
  authenticated,  // who has shown a password or a verified client certificate
};

struct WebPage {
  std::string path;  // "/metrics": begins with '/', matched as it is, the query apart
  std::string content_type;
  std::shared_ptr<const std::string> body;  // never nullptr; shared with whoever else holds it
  Audience audience = Audience::authenticated;
  int status = 200;
};

// One snapshot, whole: a reader never sees pages of two of them in one answer.
struct PageSet {
  std::vector<WebPage> pages;  // no path twice
};

}  // namespace tpp

#endif
