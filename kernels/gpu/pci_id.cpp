#include "kernels/gpu/pci_id.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>

namespace tpp::gpu {
namespace {

// A number of sysfs, "0x10de" and a line's end, in four digits.
std::string hex_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string text;
  stream >> text;
  unsigned value = 0;
  const bool prefixed = text.rfind("0x", 0) == 0 && text.size() <= 6;
  if (!prefixed) return "";
  const auto [end, fault] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
  const bool whole = fault == std::errc() && end == text.data() + text.size();
  return whole ? fmt::format("{:04x}", value) : "";
}

}  // namespace

std::string pci_id_of(const std::filesystem::path& folder, const std::string& address) {
  const std::string vendor = hex_of(folder / address / "vendor");
  const std::string device = hex_of(folder / address / "device");
  return vendor.empty() || device.empty() ? "" : vendor + ":" + device;
}

}  // namespace tpp::gpu
