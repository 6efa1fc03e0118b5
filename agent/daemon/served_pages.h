// What the daemon serves: the documents of the last pass, and how the daemon itself has fared, as
// the pages of one snapshot. Holds finished texts; nothing is made when somebody asks.
#ifndef TPP_AGENT_DAEMON_SERVED_PAGES_H
#define TPP_AGENT_DAEMON_SERVED_PAGES_H

#include <map>
#include <memory>
#include <string>

#include "agent/model/agent_status.h"
#include "agent/pass/pass_messages.h"
#include "exporters/http/page.h"

namespace tpp {

class ServedPages {
 public:
  ServedPages();

  // After a pass that came to its end. Its documents: "metrics" (of the report), "page" (HTML),
  // "report" (JSON); "unkept", what could not be written to the history, if there is any.
  void take(const PassNews& news, std::map<std::string, std::string> documents);
  // After one that did not: what it would have told stays as it was.
  void failed(double duration_s);
  void reloaded(bool successful);
  // Of the last pass that came to its end, the one text that its page has as well; nullptr where
  // there is none of that name.
  std::shared_ptr<const std::string> document(const std::string& name) const;

  std::shared_ptr<const PageSet> pages(const std::string& telemetry_path) const;

 private:
  std::map<std::string, std::shared_ptr<const std::string>> documents_;
  AgentStatus status_;
};

}  // namespace tpp

#endif
