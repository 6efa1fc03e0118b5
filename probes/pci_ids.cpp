#include "probes/pci_ids.h"

#include <filesystem>
#include <string_view>

#include "probes/unseen_gpus.h"

namespace tpp {
namespace {

// "0x10de", as the kernel writes them; whoever made a recording may have written anything.
bool is_half(std::string_view text) {
  return text.size() == 6 && text.starts_with("0x") &&
         text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

std::optional<std::string> pair(const NodeFiles& files, const std::string& address,
                                const char* vendor_file, const char* device_file) {
  const auto folder = std::filesystem::path(kPciDevices) / address;
  const auto vendor = files.text(folder / vendor_file);
  const auto device = files.text(folder / device_file);
  if (!vendor || !device || !is_half(*vendor) || !is_half(*device)) return std::nullopt;
  return vendor->substr(2) + ":" + device->substr(2);
}

}  // namespace

std::optional<std::string> pci_id_on_bus(const NodeFiles& files, const std::string& address) {
  return pair(files, address, "vendor", "device");
}

std::optional<std::string> subsystem_id_on_bus(const NodeFiles& files, const std::string& address) {
  const auto id = pair(files, address, "subsystem_vendor", "subsystem_device");
  return id && id->starts_with("0000:") ? std::nullopt : id;
}

}  // namespace tpp
