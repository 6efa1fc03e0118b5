#include "agent/shipment/shipment_foundry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/model/names.h"
#include "agent/regulation/item_state.h"
#include "agent/shipment/shipment_transaction.h"

namespace tpp {
namespace {

FoundryAnswer foundry_answer(const FoundryQuestion& question, const std::vector<Party>& parties,
                             const CountryTable& countries) {
  FoundryAnswer answer;
  answer.question = question.question;
  answer.text = question.text;
  answer.citation = question.standing.citation;
  answer.text_verified = question.standing.text_verified;
  if (!question.role) {
    answer.detail = "not in the manifest";
    return answer;
  }
  std::vector<std::string> found;
  Truth all = Truth::met;
  for (const Party& party : parties) {
    if (party.role != *question.role) continue;
    const auto look = [&](const std::optional<Place>& place, const std::optional<std::string>& code,
                          const char* what) {
      if (!place) return;
      all = both(all, inside(*place, code, countries));
      found.push_back(fmt::format("{} {}", what, code.value_or("not given")));
    };
    look(question.country, party.country, "in");
    look(question.headquarters, party.headquarters, "headquarters");
    look(question.ultimate_parent, party.ultimate_parent, "ultimate parent");
  }
  answer.truth = found.empty() ? Truth::not_decided : all;
  answer.detail = found.empty()
                      ? fmt::format("no party has the role {}", enum_name(*question.role))
                      : fmt::format("{}: {}", enum_name(*question.role), fmt::join(found, ", "));
  return answer;
}

}  // namespace

std::vector<FoundryAnswer> foundry_answers(const std::vector<Edition>& in_force,
                                           const std::vector<Party>& parties,
                                           const CountryTable& day) {
  std::vector<FoundryAnswer> answers;
  for (const Edition& edition : in_force) {
    for (const FoundryQuestion& question : edition.foundry_questions) {
      answers.push_back(foundry_answer(question, parties, day));
    }
  }
  return answers;
}

}  // namespace tpp
