// The stable names of the vocabulary's enumerations, one table each: what JSON, YAML, options and
// metrics write. Precisions have their own table (precision.h). Values are never stored as numbers.
#ifndef TPP_AGENT_MODEL_NAMES_H
#define TPP_AGENT_MODEL_NAMES_H

#include <array>
#include <optional>
#include <string_view>

#include "agent/model/agent_status.h"
#include "agent/model/edition.h"
#include "agent/model/history.h"
#include "agent/model/report.h"
#include "agent/model/shipment.h"
#include "agent/support/error.h"

namespace tpp {

template <class Enum>
struct EnumRow {
  Enum value;
  std::string_view name;
};

// Specialised for each enumeration: `what` for messages, `rows` in the order of the enumeration.
template <class Enum>
struct EnumNames;

template <>
struct EnumNames<Virtualization> {
  static constexpr std::string_view what = "kind of virtualization";
  static constexpr std::array rows = {
      EnumRow<Virtualization>{Virtualization::none, "none"},
      EnumRow<Virtualization>{Virtualization::pass_through, "pass_through"},
      EnumRow<Virtualization>{Virtualization::guest, "guest"},
      EnumRow<Virtualization>{Virtualization::host, "host"},
  };
};

template <>
struct EnumNames<ComputeMode> {
  static constexpr std::string_view what = "compute mode";
  static constexpr std::array rows = {
      EnumRow<ComputeMode>{ComputeMode::shared, "shared"},
      EnumRow<ComputeMode>{ComputeMode::exclusive_process, "exclusive_process"},
      EnumRow<ComputeMode>{ComputeMode::prohibited, "prohibited"},
  };
};

template <>
struct EnumNames<DeviceKind> {
  static constexpr std::string_view what = "kind of device";
  static constexpr std::array rows = {
      EnumRow<DeviceKind>{DeviceKind::gpu, "gpu"},
      EnumRow<DeviceKind>{DeviceKind::cpu, "cpu"},
      EnumRow<DeviceKind>{DeviceKind::accelerator, "accelerator"},
  };
};

template <>
struct EnumNames<Source> {
  static constexpr std::string_view what = "source of a fact";
  static constexpr std::array rows = {
      EnumRow<Source>{Source::read, "read"},
      EnumRow<Source>{Source::entered, "entered"},
      EnumRow<Source>{Source::inferred, "inferred"},
  };
};

template <>
struct EnumNames<PciKind> {
  static constexpr std::string_view what = "kind of PCI object";
  static constexpr std::array rows = {
      EnumRow<PciKind>{PciKind::host_bridge, "host_bridge"},
      EnumRow<PciKind>{PciKind::bridge, "bridge"},
      EnumRow<PciKind>{PciKind::device, "device"},
  };
};

template <>
struct EnumNames<FindingClass> {
  static constexpr std::string_view what = "class of finding";
  static constexpr std::array rows = {
      EnumRow<FindingClass>{FindingClass::classification, "classification"},
      EnumRow<FindingClass>{FindingClass::contradiction, "contradiction"},
      EnumRow<FindingClass>{FindingClass::health, "health"},
      EnumRow<FindingClass>{FindingClass::condition, "condition"},
  };
};

template <>
struct EnumNames<Severity> {
  static constexpr std::string_view what = "severity";
  static constexpr std::array rows = {
      EnumRow<Severity>{Severity::info, "info"},
      EnumRow<Severity>{Severity::warning, "warning"},
      EnumRow<Severity>{Severity::error, "error"},
  };
};

template <>
struct EnumNames<FileTrust> {
  static constexpr std::string_view what = "trust in a file";
  static constexpr std::array rows = {
      EnumRow<FileTrust>{FileTrust::trusted, "trusted"},
      EnumRow<FileTrust>{FileTrust::own_build, "own_build"},
      EnumRow<FileTrust>{FileTrust::untrusted, "untrusted"},
  };
};

template <>
struct EnumNames<Quantity> {
  static constexpr std::string_view what = "counted quantity";
  static constexpr std::array rows = {
      EnumRow<Quantity>{Quantity::operations, "operations"},
      EnumRow<Quantity>{Quantity::bytes, "bytes"},
  };
};

template <>
struct EnumNames<Basis> {
  static constexpr std::string_view what = "basis";
  static constexpr std::array rows = {
      EnumRow<Basis>{Basis::achieved, "achieved"},
      EnumRow<Basis>{Basis::inferred_advertised_clock, "inferred_advertised_clock"},
      EnumRow<Basis>{Basis::inferred_max_clock, "inferred_max_clock"},
      EnumRow<Basis>{Basis::declared, "declared"},
  };
};

template <>
struct EnumNames<Confidence> {
  static constexpr std::string_view what = "confidence";
  static constexpr std::array rows = {
      EnumRow<Confidence>{Confidence::recall, "recall"},
      EnumRow<Confidence>{Confidence::derived, "derived"},
      EnumRow<Confidence>{Confidence::source, "source"},
  };
};

template <>
struct EnumNames<Bound> {
  static constexpr std::string_view what = "bound of a figure";
  static constexpr std::array rows = {EnumRow<Bound>{Bound::at_most, "at_most"}};
};

template <>
struct EnumNames<RuleQuantity> {
  static constexpr std::string_view what = "quantity of a rule";
  static constexpr std::array rows = {
      EnumRow<RuleQuantity>{RuleQuantity::tpp, "tpp"},
      EnumRow<RuleQuantity>{RuleQuantity::pd, "pd"},
      EnumRow<RuleQuantity>{RuleQuantity::datacenter, "datacenter"},
      EnumRow<RuleQuantity>{RuleQuantity::tops, "tops"},
      EnumRow<RuleQuantity>{RuleQuantity::dram_bandwidth, "dram_bandwidth"},
      EnumRow<RuleQuantity>{RuleQuantity::interconnect, "interconnect"},
      EnumRow<RuleQuantity>{RuleQuantity::hbm, "hbm"},
      EnumRow<RuleQuantity>{RuleQuantity::memory_density, "memory_density"},
      EnumRow<RuleQuantity>{RuleQuantity::transistors, "transistors"},
  };
};

template <>
struct EnumNames<ItemKind> {
  static constexpr std::string_view what = "kind of item";
  static constexpr std::array rows = {
      EnumRow<ItemKind>{ItemKind::circuit, "circuit"},
      EnumRow<ItemKind>{ItemKind::memory, "memory"},
  };
};

template <>
struct EnumNames<DeterminationKind> {
  static constexpr std::string_view what = "determination";
  static constexpr std::array rows = {
      EnumRow<DeterminationKind>{DeterminationKind::license_required, "license-required"},
      EnumRow<DeterminationKind>{DeterminationKind::undetermined, "undetermined"},
      EnumRow<DeterminationKind>{DeterminationKind::exception_eligible, "exception-eligible"},
      EnumRow<DeterminationKind>{DeterminationKind::not_controlled, "not-controlled"},
  };
};

template <>
struct EnumNames<Scope> {
  static constexpr std::string_view what = "scope";
  static constexpr std::array rows = {
      EnumRow<Scope>{Scope::text, "text"},
      EnumRow<Scope>{Scope::enforced, "enforced"},
  };
};

template <>
struct EnumNames<ItemForm> {
  static constexpr std::string_view what = "form of an item";
  static constexpr std::array rows = {
      EnumRow<ItemForm>{ItemForm::goods, "goods"},
      EnumRow<ItemForm>{ItemForm::computer, "computer"},
      EnumRow<ItemForm>{ItemForm::technology, "technology"},
  };
};

template <>
struct EnumNames<TransactionKind> {
  static constexpr std::string_view what = "kind of transaction";
  static constexpr std::array rows = {
      EnumRow<TransactionKind>{TransactionKind::from_home, "export"},
      EnumRow<TransactionKind>{TransactionKind::reexport, "reexport"},
      EnumRow<TransactionKind>{TransactionKind::in_country_transfer, "in-country-transfer"},
  };
};

template <>
struct EnumNames<PartyRole> {
  static constexpr std::string_view what = "role of a party";
  static constexpr std::array rows = {
      EnumRow<PartyRole>{PartyRole::exporter, "exporter"},
      EnumRow<PartyRole>{PartyRole::purchaser, "purchaser"},
      EnumRow<PartyRole>{PartyRole::intermediate_consignee, "intermediate-consignee"},
      EnumRow<PartyRole>{PartyRole::ultimate_consignee, "ultimate-consignee"},
      EnumRow<PartyRole>{PartyRole::end_user, "end-user"},
      EnumRow<PartyRole>{PartyRole::distributor, "distributor"},
      EnumRow<PartyRole>{PartyRole::forwarder, "forwarder"},
      EnumRow<PartyRole>{PartyRole::designer, "designer"},
      EnumRow<PartyRole>{PartyRole::foundry, "foundry"},
      EnumRow<PartyRole>{PartyRole::packager, "packager"},
      EnumRow<PartyRole>{PartyRole::other, "other"},
  };
};

template <>
struct EnumNames<ShipmentItemKind> {
  static constexpr std::string_view what = "kind of item";
  static constexpr std::array rows = {
      EnumRow<ShipmentItemKind>{ShipmentItemKind::chip, "chip"},
      EnumRow<ShipmentItemKind>{ShipmentItemKind::board, "board"},
      EnumRow<ShipmentItemKind>{ShipmentItemKind::computer, "computer"},
      EnumRow<ShipmentItemKind>{ShipmentItemKind::hbm, "hbm"},
      EnumRow<ShipmentItemKind>{ShipmentItemKind::technology, "technology"},
      EnumRow<ShipmentItemKind>{ShipmentItemKind::report, "report"},
  };
};

template <>
struct EnumNames<LicenceEffect> {
  static constexpr std::string_view what = "effect";
  static constexpr std::array rows = {
      EnumRow<LicenceEffect>{LicenceEffect::requirement, "requirement"},
      EnumRow<LicenceEffect>{LicenceEffect::exception, "exception"},
      EnumRow<LicenceEffect>{LicenceEffect::policy, "policy"},
      EnumRow<LicenceEffect>{LicenceEffect::letter, "letter"},
  };
};

template <>
struct EnumNames<OtherControlKind> {
  static constexpr std::string_view what = "kind of control";
  static constexpr std::array rows = {
      EnumRow<OtherControlKind>{OtherControlKind::candidate, "candidate"},
      EnumRow<OtherControlKind>{OtherControlKind::threshold, "threshold"},
      EnumRow<OtherControlKind>{OtherControlKind::presumption, "presumption"},
      EnumRow<OtherControlKind>{OtherControlKind::inquiry, "inquiry"},
      EnumRow<OtherControlKind>{OtherControlKind::duty, "duty"},
      EnumRow<OtherControlKind>{OtherControlKind::unpublished, "unpublished"},
  };
};

template <>
struct EnumNames<Operator> {
  static constexpr std::string_view what = "operator";
  static constexpr std::array rows = {
      EnumRow<Operator>{Operator::less, "less"},
      EnumRow<Operator>{Operator::less_equal, "less_equal"},
      EnumRow<Operator>{Operator::greater, "greater"},
      EnumRow<Operator>{Operator::greater_equal, "greater_equal"},
      EnumRow<Operator>{Operator::equal, "equal"},
  };
};

template <>
struct EnumNames<Truth> {
  static constexpr std::string_view what = "outcome of a comparison";
  static constexpr std::array rows = {
      EnumRow<Truth>{Truth::met, "met"},
      EnumRow<Truth>{Truth::not_met, "not_met"},
      EnumRow<Truth>{Truth::not_decided, "not_decided"},
  };
};

template <>
struct EnumNames<ClassificationKind> {
  static constexpr std::string_view what = "kind of classification";
  static constexpr std::array rows = {
      EnumRow<ClassificationKind>{ClassificationKind::controlled, "controlled"},
      EnumRow<ClassificationKind>{ClassificationKind::below, "below"},
      EnumRow<ClassificationKind>{ClassificationKind::undetermined, "undetermined"},
      EnumRow<ClassificationKind>{ClassificationKind::information_only, "information_only"},
  };
};

template <>
struct EnumNames<Assurance> {
  static constexpr std::string_view what = "assurance";
  static constexpr std::array rows = {
      EnumRow<Assurance>{Assurance::corroborated, "corroborated"},
      EnumRow<Assurance>{Assurance::declared_only, "declared_only"},
      EnumRow<Assurance>{Assurance::contradicted, "contradicted"},
      EnumRow<Assurance>{Assurance::none, "none"},
  };
};

template <>
struct EnumNames<RecognisedBy> {
  static constexpr std::string_view what = "sign of recognition";
  static constexpr std::array rows = {
      EnumRow<RecognisedBy>{RecognisedBy::serial, "serial"},
      EnumRow<RecognisedBy>{RecognisedBy::uuid, "uuid"},
      EnumRow<RecognisedBy>{RecognisedBy::slot, "slot"},
  };
};

template <>
struct EnumNames<BoardEventKind> {
  static constexpr std::string_view what = "event of a board";
  static constexpr std::array rows = {
      EnumRow<BoardEventKind>{BoardEventKind::appeared, "appeared"},
      EnumRow<BoardEventKind>{BoardEventKind::gone, "gone"},
      EnumRow<BoardEventKind>{BoardEventKind::replaced, "replaced"},
      EnumRow<BoardEventKind>{BoardEventKind::moved, "moved"},
      EnumRow<BoardEventKind>{BoardEventKind::identity_changed, "identity_changed"},
      EnumRow<BoardEventKind>{BoardEventKind::firmware_changed, "firmware_changed"},
      EnumRow<BoardEventKind>{BoardEventKind::units_changed, "units_changed"},
      EnumRow<BoardEventKind>{BoardEventKind::rate_per_clock_changed, "rate_per_clock_changed"},
      EnumRow<BoardEventKind>{BoardEventKind::class_changed, "class_changed"},
  };
};

template <>
struct EnumNames<EventCause> {
  static constexpr std::string_view what = "cause of an event";
  static constexpr std::array rows = {
      EnumRow<EventCause>{EventCause::hardware, "hardware"},
      EnumRow<EventCause>{EventCause::firmware, "firmware"},
      EnumRow<EventCause>{EventCause::rule, "rule"},
      EnumRow<EventCause>{EventCause::catalogue, "catalogue"},
      EnumRow<EventCause>{EventCause::method, "method"},
      EnumRow<EventCause>{EventCause::agent, "agent"},
      EnumRow<EventCause>{EventCause::condition, "condition"},
      EnumRow<EventCause>{EventCause::placement, "placement"},
  };
};

template <>
struct EnumNames<PassOutcome> {
  static constexpr std::string_view what = "outcome of a pass";
  static constexpr std::array rows = {
      EnumRow<PassOutcome>{PassOutcome::completed, "completed"},
      EnumRow<PassOutcome>{PassOutcome::refused, "refused"},
      EnumRow<PassOutcome>{PassOutcome::aborted, "aborted"},
      EnumRow<PassOutcome>{PassOutcome::failed, "failed"},
  };
};

template <>
struct EnumNames<MeasurementOutcome> {
  static constexpr std::string_view what = "outcome of a measurement";
  static constexpr std::array rows = {
      EnumRow<MeasurementOutcome>{MeasurementOutcome::rate, "rate"},
      EnumRow<MeasurementOutcome>{MeasurementOutcome::unsupported, "unsupported"},
      EnumRow<MeasurementOutcome>{MeasurementOutcome::failed, "failed"},
  };
};

template <>
struct EnumNames<PassMode> {
  static constexpr std::string_view what = "mode of a pass";
  static constexpr std::array rows = {
      EnumRow<PassMode>{PassMode::quick, "quick"},
      EnumRow<PassMode>{PassMode::full, "full"},
      EnumRow<PassMode>{PassMode::inventory, "inventory"},
  };
};

template <>
struct EnumNames<ModuleState> {
  static constexpr std::string_view what = "state of a module";
  static constexpr std::array rows = {
      EnumRow<ModuleState>{ModuleState::ready, "ready"},
      EnumRow<ModuleState>{ModuleState::unavailable, "unavailable"},
      EnumRow<ModuleState>{ModuleState::failed, "failed"},
  };
};

template <class Enum>
std::string_view enum_name(Enum value) {
  for (const EnumRow<Enum>& row : EnumNames<Enum>::rows) {
    if (row.value == value) return row.name;
  }
  constexpr bool every_enumerator_has_a_row = false;
  TPP_CHECK(every_enumerator_has_a_row);
  return {};
}

// nullopt for a word that is no name of `Enum`.
template <class Enum>
std::optional<Enum> parse_enum(std::string_view name) {
  for (const EnumRow<Enum>& row : EnumNames<Enum>::rows) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

}  // namespace tpp

#endif
