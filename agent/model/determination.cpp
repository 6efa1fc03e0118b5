#include "agent/model/determination.h"

#include <fmt/format.h>

#include "agent/model/names.h"

namespace tpp {

std::string words_of(const LicenceAnswer& answer) {
  if (answer.requirement == Truth::not_met) return "no licence required by these rules";
  std::string text =
      answer.requirement == Truth::met ? "licence required" : "not decided whether one is required";
  if (answer.exception) {
    text += fmt::format("; exception {}{}", *answer.exception,
                        answer.notice_days.value_or(0) > 0
                            ? fmt::format(", notice {} days before", *answer.notice_days)
                        : answer.notice_days ? ", no notice"
                                             : "");
  }
  if (answer.review_policy) text += "; review: " + *answer.review_policy;
  return text;
}

std::string_view determination_word(const Determination& determination) {
  return determination.information_only ? "information-only"
                                        : enum_name(determination.determination);
}

}  // namespace tpp
