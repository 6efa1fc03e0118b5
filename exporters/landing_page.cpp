#include "exporters/landing_page.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "exporters/number_text.h"
#include "exporters/shown_text.h"

namespace tpp {
namespace {

constexpr std::string_view kStyle =
    "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}"
    "th,td{border:1px solid #999;padding:.25em .6em;text-align:left}";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : shown_text(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string row(std::string_view cell, const std::vector<std::string>& texts) {
  std::string text = "<tr>";
  for (const std::string& each : texts) {
    text += fmt::format("<{0}>{1}</{0}>", cell, escaped(each.empty() ? kUnknown : each));
  }
  return text + "</tr>\n";
}

std::string units_of(const Device& device) {
  if (!device.units) return kUnknown;
  return fmt::format("{} {}", *device.units, device.unit_kind.value_or("units"));
}

std::string name_of(const Device& device) {
  std::string name = device.name;
  if (device.simulated) name += " (simulated)";
  if (device.slice) name += " (not a whole device)";
  return name;
}

std::string device_rows(const Inventory& inventory) {
  std::string text = row("th", {"board", "device", "name", "units", "memory", "PCI id", "UUID",
                                "serial number", "driver", "backend"});
  for (const Device& device : inventory.devices) {
    text += row("td", {device.board.value, device.id.value, name_of(device), units_of(device),
                       memory_text(device.memory_bytes), device.pci_id.value_or(kUnknown),
                       device.uuid.value_or(kUnknown), device.serial.value_or(kUnknown),
                       device.driver_version.value_or(kUnknown),
                       device.backend.empty() ? "none" : device.backend});
  }
  return text;
}

std::string link(const std::string& path, std::string_view words) {
  return fmt::format("<li><a href=\"{0}\">{0}</a> {1}</li>\n", escaped(path), words);
}

}  // namespace

std::string landing_page(const Inventory& inventory, const LandingPageAbout& about) {
  bool simulated = false;
  for (const Device& device : inventory.devices) simulated |= device.simulated;
  std::string body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<title>tpp-agent {0}</title>\n<style>{1}</style>\n</head>\n<body>\n"
      "<h1>tpp-agent {0}</h1>\n{2}<p>{3}, kernel {4}, tpp-agent {5}</p>\n<ul>\n",
      escaped(inventory.node.hostname), kStyle,
      simulated ? fmt::format("<p><strong>{}</strong></p>\n", escaped(kSimulatedBanner)) : "",
      escaped(inventory.node.hostname), escaped(inventory.node.kernel),
      escaped(about.agent_version));
  body += link(about.telemetry_path, "metrics for Prometheus");
  body += link(about.report_path, "the last report, as JSON");
  body += link("/-/healthy", "whether the agent runs");
  body += link("/-/ready", "whether it has something to show");
  body += "</ul>\n<h2>Devices</h2>\n";
  body += inventory.devices.empty() ? "<p>No device was found.</p>\n"
                                    : fmt::format("<table>\n{}</table>\n", device_rows(inventory));
  body += "</body>\n</html>\n";
  return body;
}

}  // namespace tpp
