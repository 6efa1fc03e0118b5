#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/boards/classify.h"
#include "agent/boards/stored_rows.h"
#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_match.h"
#include "agent/command/command.h"
#include "agent/command/rule_inputs.h"
#include "agent/command/stored_passes.h"
#include "agent/exit_code.h"
#include "agent/regulation/items.h"
#include "agent/regulation/licence_matrix.h"
#include "agent/report_age.h"
#include "agent/report_gaps.h"
#include "agent/support/file.h"
#include "agent/support/program_tree.h"
#include "agent/support/text.h"
#include "agent/threshold_settings.h"
#include "exporters/determination_json.h"
#include "exporters/determination_table.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

struct Inputs {
  RuleInputs rules;
  std::vector<std::string> banners;
  std::vector<Item> items;
};

Report read_report(const Options& options) {
  const ClassifyRequest& request = options.classify;
  if (request.pass) return stored_pass(*options.state_directory, *request.pass);
  return parse_report(read_file(*request.report), request.report->string());
}

void read_items(const Options& options, const ProgramTree& tree, Inputs& inputs) {
  const ClassifyRequest& request = options.classify;
  const auto changed = threshold_banner(options.thresholds);
  if (changed && !request.report && !request.pass) inputs.banners.push_back(*changed);
  if (request.figures) {
    inputs.items.push_back(figures_item(*request.figures, request.stage));
  } else if (request.chip) {
    const CatalogInUse in_use = read_whole_catalog(options, inputs.banners);
    const Chip& chip = chip_named(in_use.catalog, "--chip", *request.chip);
    const Catalog* shipped = in_use.shipped ? &*in_use.shipped : nullptr;
    inputs.items.push_back(chip_item(chip, in_use.catalog, shipped));
  } else if (request.report || request.pass) {
    Report report = read_report(options);
    const auto shipped = hold_stored_rows(load_catalog_at(tree.catalog), report);
    if (options.classify.classify_cpu) {
      for (BoardPerformance& board : report.performances) {
        doubt_processors_beside(report.inventory, board);
      }
    }
    inputs.items = report_items(report, options.thresholds, shipped);
    ReportThresholds thresholds = thresholds_of(report, options.thresholds);
    std::ranges::move(thresholds.banners, std::back_inserter(inputs.banners));
    const std::vector<Finding> age = age_findings(
        report, {request.question.as_of, utc_now(), options.thresholds[Threshold::report_age]});
    for (std::string& banner : age_banners(age)) inputs.banners.push_back(std::move(banner));
    const std::vector<Finding> gaps = gap_findings(report);
    for (Item& item : inputs.items) {
      std::ranges::copy(age, std::back_inserter(item.findings));
      std::ranges::copy(gaps, std::back_inserter(item.findings));
    }
  }
}

Inputs read_inputs(const Options& options) {
  const ProgramTree tree = program_tree();
  Inputs inputs;
  inputs.rules = read_rule_inputs(options, tree);
  inputs.banners = inputs.rules.banners;
  read_items(options, tree, inputs);
  return inputs;
}

std::string render(const Options& options, const std::vector<Determination>& determinations) {
  if (options.format != "json") return determination_table(determinations, table_options(options));
  const bool of_boards = options.classify.report || options.classify.pass;
  return of_boards ? determinations_json(determinations)
                   : determination_json(determinations.front());
}

// Information is no answer that could be open.
bool is_open(const Determination& determination) {
  return determination.determination == DeterminationKind::undetermined &&
         !determination.information_only;
}

}  // namespace

int classify_command(const Options& options) {
  check_output(options);
  const Inputs inputs = read_inputs(options);
  const Question& question = options.classify.question;
  if (options.classify.matrix) {
    LicenceMatrix matrix = licence_matrix(inputs.rules.regulation.editions, inputs.rules.countries,
                                          question.as_of, question.scope);
    matrix.banners = inputs.banners;
    write_output(options, options.format == "json" ? matrix_json(matrix)
                                                   : matrix_table(matrix, table_options(options)));
    return kAssessed;
  }
  std::vector<Determination> determinations;
  bool undetermined = false;  // or, of a report, not all of its node is in it
  bool failing = false;
  for (const Item& item : inputs.items) {
    determinations.push_back(
        determine(item, inputs.rules.regulation.editions, inputs.rules.countries, question));
    Determination& last = determinations.back();
    last.banners = inputs.banners;
    if (item.host_cpu && !options.classify.classify_cpu) make_information_only(last);
    undetermined = undetermined || is_open(last) || any_unseen(item.findings);
    failing = failing || any_failing(item.findings, options.fail_on);
  }
  write_output(options, render(options, determinations));
  if (failing) return kFindingToFailOn;
  return undetermined ? kNotAssessed : kAssessed;
}

}  // namespace tpp
