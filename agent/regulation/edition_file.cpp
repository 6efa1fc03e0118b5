#include "agent/regulation/edition_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "agent/documents/data_directory.h"
#include "agent/documents/yaml_reader.h"
#include "agent/model/names.h"
#include "agent/regulation/condition_reader.h"
#include "agent/regulation/edition_parts.h"
#include "agent/regulation/rule_file.h"
#include "agent/shipment/shipment_sections.h"
#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

// Longer notices than a year are mistakes of writing.
constexpr int kMaxNoticeDays = 366;

std::vector<std::string> read_words(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? member->texts() : std::vector<std::string>{};
}

ItemClass read_item_class(const YamlValue& yaml) {
  yaml.expect_keys({"name", "title", "determination", "classes", "within", "all", "citation",
                    "text_verified", "in_text", "enforced", "from", "to"});
  ItemClass item;
  item.name = yaml.at("name").text();
  item.title = yaml.at("title").text();
  item.determination = read_enum<DeterminationKind>(yaml.at("determination"));
  const bool definite = item.determination == DeterminationKind::license_required ||
                        item.determination == DeterminationKind::exception_eligible;
  if (!definite) {
    yaml.at("determination")
        .fail(fmt::format("'{}'", enum_name(item.determination)),
              "license-required or exception-eligible: the others are the absence of these");
  }
  item.classes = yaml.at("classes").texts();
  if (item.classes.empty()) yaml.at("classes").fail("an empty list", "at least one class");
  if (const auto within = yaml.find("within")) item.within = within->text();
  if (const auto all = yaml.find("all")) item.all = read_conditions(*all);
  item.standing = read_standing(yaml);
  return item;
}

// A letter names chips, and may reach others by figures that are not public; all else goes by item
// classes.
void read_reach(const YamlValue& yaml, LicenceRow& row) {
  row.items = read_words(yaml, "items");
  row.named = read_words(yaml, "named");
  const auto all = yaml.find("all");
  if (all) row.all = read_conditions(*all);
  const bool letter = row.effect == LicenceEffect::letter;
  if (letter != row.items.empty()) {
    yaml.fail(letter ? "item classes" : "no item classes",
              letter ? "none of a letter" : "at least one item class");
  }
  if (letter != all.has_value() || (!letter && !row.named.empty())) {
    yaml.fail(all ? "conditions" : "no conditions", "`all`, and `named` chips, of a letter alone");
  }
}

LicenceRow read_licence_row(const YamlValue& yaml) {
  yaml.expect_keys({"effect", "name", "items", "destination", "party", "exported_from",
                    "notice_days", "rank", "technology", "embargoed", "named", "all", "note",
                    "citation", "text_verified", "in_text", "enforced", "from", "to"});
  LicenceRow row;
  row.effect = read_enum<LicenceEffect>(yaml.at("effect"));
  row.name = yaml.at("name").text();
  read_reach(yaml, row);
  row.destination = read_place(yaml.at("destination"));
  if (const auto party = yaml.find("party")) row.party = read_place(*party);
  if (const auto from = yaml.find("exported_from")) row.exported_from = read_place(*from);
  if (const auto days = yaml.find("notice_days")) {
    row.notice_days = days->integer();
    if (row.effect != LicenceEffect::exception || *row.notice_days < 0 ||
        *row.notice_days > kMaxNoticeDays) {
      days->fail(fmt::format("{} days", *row.notice_days),
                 fmt::format("0 to {} days, of an exception", kMaxNoticeDays));
    }
  }
  const auto rank = yaml.find("rank");
  if ((row.effect == LicenceEffect::policy) != rank.has_value()) {
    yaml.fail(rank ? "a rank" : "no rank", "one on policies, of which the highest holds, alone");
  }
  if (rank) row.rank = rank->integer();
  if (const auto technology = yaml.find("technology")) row.technology = technology->boolean();
  if (const auto embargoed = yaml.find("embargoed")) row.embargoed = embargoed->boolean();
  if (const auto note = yaml.find("note")) row.note = note->text();
  row.standing = read_standing(yaml);
  return row;
}

OtherControl read_other_control(const YamlValue& yaml) {
  yaml.expect_keys({"name", "kind", "item", "text", "classes", "presumes", "form", "all",
                    "citation", "text_verified", "in_text", "enforced", "from", "to"});
  OtherControl control;
  control.name = yaml.at("name").text();
  control.kind = read_enum<OtherControlKind>(yaml.at("kind"));
  if (const auto item = yaml.find("item")) control.item = read_enum<ItemKind>(*item);
  control.text = yaml.at("text").text();
  control.classes = read_words(yaml, "classes");
  control.presumes = read_words(yaml, "presumes");
  if ((control.kind == OtherControlKind::presumption) == control.presumes.empty()) {
    yaml.fail(control.presumes.empty() ? "no classes in presumes" : "presumes",
              fmt::format("{} of '{}'", control.presumes.empty() ? "some" : "none",
                          enum_name(control.kind)));
  }
  if (const auto form = yaml.find("form")) {
    control.form = read_enum<ItemForm>(*form);
    if (control.kind != OtherControlKind::candidate || control.classes.empty()) {
      form->fail(fmt::format("a form of '{}'", enum_name(control.kind)),
                 "one of candidates that follow from a class, alone");
    }
  }
  const auto all = yaml.find("all");
  const bool by_figures =
      control.kind != OtherControlKind::candidate && control.kind != OtherControlKind::unpublished;
  const bool either = control.kind == OtherControlKind::unpublished;  // to whom it may apply at all
  if (!either && by_figures != all.has_value()) {
    yaml.fail(all ? "conditions" : "no conditions",
              fmt::format("{} of '{}'", by_figures ? "some" : "none", enum_name(control.kind)));
  }
  if (all) control.all = read_conditions(*all);
  control.standing = read_standing(yaml);
  return control;
}

DestinationNotice read_notice(const YamlValue& yaml) {
  yaml.expect_keys({"destination", "text", "embargo", "citation", "text_verified", "in_text",
                    "enforced", "from", "to"});
  const auto embargo = yaml.find("embargo");
  return {read_place(yaml.at("destination")), yaml.at("text").text(), embargo && embargo->boolean(),
          read_standing(yaml)};
}

PlaceClass read_place_class(const YamlValue& yaml) {
  yaml.expect_keys({"title", "place"});
  return {yaml.at("title").text(), read_place(yaml.at("place"))};
}

StageNote read_stage(const YamlValue& yaml) {
  yaml.expect_keys({"stage", "text"});
  return {yaml.at("stage").text(), yaml.at("text").text()};
}

[[noreturn]] void fail_reference(const Edition& edition, const std::string& what,
                                 const std::string& word, const std::set<std::string>& known) {
  const std::string expected =
      known.empty() ? "the files that define it beside this one: give their directory"
                    : fmt::format("one of {}", fmt::join(known, ", "));
  throw Error(
      fmt::format("{}: found {} '{}', expected {}", edition.rule.origin, what, word, expected));
}

struct Names {
  std::map<std::string, std::string> ids;         // id -> file
  std::map<std::string, std::string> item_names;  // item class -> file
  std::set<std::string> items;
  std::set<std::string> classes;
  std::set<std::string> exceptions;
};

void note_once(std::map<std::string, std::string>& seen, const std::string& word,
               const std::string& what, const Edition& edition) {
  const auto [first, fresh] = seen.emplace(word, edition.rule.origin);
  if (fresh) return;
  throw Error(fmt::format("{}: found {} '{}', which {} has, expected one file an id",
                          edition.rule.origin, what, word, first->second));
}

Names names_of(const std::vector<Edition>& editions) {
  Names names;
  for (const Edition& edition : editions) {
    note_once(names.ids, edition.rule.id.value, "rule id", edition);
    for (const ItemClass& item : edition.item_classes) {
      note_once(names.item_names, item.name, "item class", edition);
      names.items.insert(item.name);
    }
    for (const Provision& provision : edition.rule.provisions) {
      names.classes.insert(provision.gives);
    }
    for (const LicenceRow& row : edition.licence) {
      if (row.effect == LicenceEffect::exception) names.exceptions.insert(row.name);
    }
  }
  return names;
}

bool overlap(const Rule& one, const Rule& other) {
  const auto ends_before = [](const Rule& first, const Rule& second) {
    return first.in_force_to && *first.in_force_to <= second.in_force_from;
  };
  return !ends_before(one, other) && !ends_before(other, one);
}

// Else the order of the files would choose between them.
void check_same_reading(const Edition& one, const Edition& other) {
  for (const Reading& reading : other.rule.readings) {
    const auto& readings = one.rule.readings;
    const auto same = std::ranges::find(readings, reading.name, &Reading::name);
    if (same == readings.end()) continue;
    if (same->default_option == reading.default_option && same->options == reading.options) {
      continue;
    }
    throw Error(
        fmt::format("{}: found reading '{}' with other options or another default than in {}, "
                    "expected the same in editions that are in force together",
                    other.rule.origin, reading.name, one.rule.origin));
  }
}

void check_readings(const std::vector<Edition>& editions) {
  for (std::size_t i = 0; i < editions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (overlap(editions[j].rule, editions[i].rule)) {
        check_same_reading(editions[j], editions[i]);
      }
    }
  }
}

}  // namespace

Edition parse_edition(const std::string& text, const std::string& origin) {
  return parse_edition(YamlValue::parse(text, origin));
}

Edition parse_edition(const YamlValue& yaml) {
  yaml.expect_keys({"id",
                    "title",
                    "citation",
                    "in_force_from",
                    "in_force_to",
                    "known_through",
                    "below_text",
                    "not_controlled_text",
                    "figures_only",
                    "provisions",
                    "exclusions",
                    "readings",
                    "item_classes",
                    "licence",
                    "other_controls",
                    "notices",
                    "stages",
                    "destination_classes",
                    "party_classes",
                    "transactions",
                    "notice_forms",
                    "foundry_questions",
                    "undecidable",
                    "programme",
                    "replaces"});
  Edition edition;
  edition.rule = read_rule(yaml);
  if (const auto replaces = yaml.find("replaces")) edition.replaces = replaces->text();
  read_rows(yaml, "item_classes", read_item_class, edition.item_classes);
  read_rows(yaml, "licence", read_licence_row, edition.licence);
  read_rows(yaml, "other_controls", read_other_control, edition.other_controls);
  read_rows(yaml, "notices", read_notice, edition.notices);
  read_rows(yaml, "stages", read_stage, edition.stages);
  read_rows(yaml, "destination_classes", read_place_class, edition.destination_classes);
  read_rows(yaml, "party_classes", read_place_class, edition.party_classes);
  read_shipment_sections(yaml, edition);
  if (edition.rule.provisions.empty() && edition.item_classes.empty() && edition.licence.empty() &&
      edition.other_controls.empty() && !edition.programme) {
    yaml.fail("an edition that says nothing",
              "provisions, item_classes, licence, other_controls or programme");
  }
  return edition;
}

Edition load_edition(const std::filesystem::path& file) {
  return parse_edition(read_file(file), file.string());
}

void check_editions(const std::vector<Edition>& editions) {
  const Names names = names_of(editions);
  check_readings(editions);
  for (const Edition& edition : editions) {
    const auto check_classes = [&](const std::vector<std::string>& classes) {
      for (const std::string& word : classes) {
        if (!names.classes.contains(word)) fail_reference(edition, "class", word, names.classes);
      }
    };
    for (const ItemClass& item : edition.item_classes) {
      check_classes(item.classes);
      if (!item.within.empty() && !names.items.contains(item.within)) {
        fail_reference(edition, "item class", item.within, names.items);
      }
    }
    for (const OtherControl& control : edition.other_controls) {
      check_classes(control.classes);
      check_classes(control.presumes);
    }
    for (const LicenceRow& row : edition.licence) {
      for (const std::string& word : row.items) {
        if (!names.items.contains(word)) fail_reference(edition, "item class", word, names.items);
      }
    }
    for (const NoticeForm& form : edition.notice_forms) {
      if (!names.exceptions.contains(form.exception)) {
        fail_reference(edition, "exception", form.exception, names.exceptions);
      }
    }
  }
}

std::vector<Edition> parse_editions(const std::vector<YamlValue>& documents) {
  std::vector<Edition> editions;
  for (const YamlValue& document : documents) editions.push_back(parse_edition(document));
  std::ranges::sort(editions, {}, [](const Edition& edition) {
    return std::pair(edition.rule.in_force_from, edition.rule.id.value);
  });
  return editions;
}

std::vector<Edition> load_editions(const std::filesystem::path& directory) {
  std::vector<Edition> editions = parse_editions(read_documents(directory, "rules"));
  check_editions(editions);
  return editions;
}

}  // namespace tpp
