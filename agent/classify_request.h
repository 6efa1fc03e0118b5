// What the words of `classify` ask for: one source of figures, a day, a transaction. Words are told
// apart from values here; the command line library is options.cpp's.
#ifndef TPP_AGENT_CLASSIFY_REQUEST_H
#define TPP_AGENT_CLASSIFY_REQUEST_H

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/edition.h"
#include "agent/regulation/determine.h"
#include "agent/regulation/figures.h"

namespace tpp {

// As they were typed; empty: not given.
struct ClassifyWords {
  std::string tpp, die_area, datacenter, dram_bandwidth, transistors, hbm, hbm_bandwidth,
      package_area, interconnect, stage;
  bool planar = false;
  std::string chip, report, pass;
  std::string as_of, scope, destination, exported_from;
  std::vector<std::string> headquarters, readings;
  bool matrix = false;
  bool classify_cpu = false;
};

struct ClassifyRequest {
  std::optional<Figures> figures;
  std::string stage;
  std::optional<std::string> chip;
  std::optional<std::filesystem::path> report;
  std::optional<std::int64_t> pass;  // of a state directory's history
  bool matrix = false;
  bool classify_cpu = false;  // host CPUs of a report, which are otherwise for information
  Question question;
};

// Throws UsageError naming the option, what was given and what is accepted: a word that is no
// number or date, two sources or none, an option that belongs to another one. `today` is an ISO
// date.
ClassifyRequest classify_request(const ClassifyWords& words, const std::string& today);

// The day and scope of a question about anything else. Throws UsageError as above.
Question question_of(const std::string& as_of, const std::string& scope, const std::string& today);

}  // namespace tpp

#endif
