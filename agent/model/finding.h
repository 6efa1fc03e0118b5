// Something that a reader of a report must know: a stable code, a class, a severity, a sentence.
#ifndef TPP_AGENT_MODEL_FINDING_H
#define TPP_AGENT_MODEL_FINDING_H

#include <string>

namespace tpp {

// What kind of thing it is; `--fail-on` takes these names.
//   classification  a board is controlled, or could be
//   contradiction   the evidence disagrees with the catalogue or with itself
//   health          something is broken or was lost
//   condition       circumstances under which a number was taken
enum class FindingClass { classification, contradiction, health, condition };
enum class Severity { info, warning, error };

struct Finding {
  std::string code;  // stable, "evidence.unlocked_units"; listed in docs/findings.md
  FindingClass finding_class = FindingClass::condition;
  Severity severity = Severity::info;
  std::string subject;  // board or device id; "" = the node or the run
  std::string message;  // what was seen, what was expected, what to do

  bool operator==(const Finding&) const = default;
};

}  // namespace tpp

#endif
