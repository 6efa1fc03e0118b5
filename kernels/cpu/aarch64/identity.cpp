#include "kernels/cpu/aarch64/identity.h"

#include <sys/auxv.h>

#include <charconv>
#include <fstream>
#include <string_view>

namespace tpp::cpu {
namespace {

struct Maker {
  uint32_t implementer;
  const char* name;
};

struct Part {
  uint32_t implementer;
  uint32_t part;
  const char* name;
};

// Implementers: Arm ARM, MIDR_EL1. Parts: each core's technical reference manual and Linux,
// arch/arm64/include/asm/cputype.h.
constexpr uint32_t kArm = 0x41, kCavium = 0x43, kFujitsu = 0x46, kHiSilicon = 0x48, kNvidia = 0x4e,
                   kQualcomm = 0x51, kApple = 0x61, kMicrosoft = 0x6d, kPhytium = 0x70,
                   kAmpere = 0xc0;

constexpr Maker kMakers[] = {
    {kArm, "Arm"},         {kCavium, "Cavium"},
    {kFujitsu, "Fujitsu"}, {kHiSilicon, "HiSilicon"},
    {kNvidia, "NVIDIA"},   {kQualcomm, "Qualcomm"},
    {kApple, "Apple"},     {kMicrosoft, "Microsoft"},
    {kPhytium, "Phytium"}, {kAmpere, "Ampere"},
};

constexpr Part kParts[] = {
    {kArm, 0xd03, "Cortex-A53"},         {kArm, 0xd05, "Cortex-A55"},
    {kArm, 0xd07, "Cortex-A57"},         {kArm, 0xd08, "Cortex-A72"},
    {kArm, 0xd09, "Cortex-A73"},         {kArm, 0xd0a, "Cortex-A75"},
    {kArm, 0xd0b, "Cortex-A76"},         {kArm, 0xd0c, "Neoverse-N1"},
    {kArm, 0xd0d, "Cortex-A77"},         {kArm, 0xd40, "Neoverse-V1"},
    {kArm, 0xd41, "Cortex-A78"},         {kArm, 0xd42, "Cortex-A78AE"},
    {kArm, 0xd44, "Cortex-X1"},          {kArm, 0xd46, "Cortex-A510"},
    {kArm, 0xd47, "Cortex-A710"},        {kArm, 0xd48, "Cortex-X2"},
    {kArm, 0xd49, "Neoverse-N2"},        {kArm, 0xd4a, "Neoverse-E1"},
    {kArm, 0xd4d, "Cortex-A715"},        {kArm, 0xd4e, "Cortex-X3"},
    {kArm, 0xd4f, "Neoverse-V2"},        {kArm, 0xd80, "Cortex-A520"},
    {kArm, 0xd81, "Cortex-A720"},        {kArm, 0xd82, "Cortex-X4"},
    {kArm, 0xd83, "Neoverse-V3AE"},      {kArm, 0xd84, "Neoverse-V3"},
    {kArm, 0xd85, "Cortex-X925"},        {kArm, 0xd87, "Cortex-A725"},
    {kArm, 0xd8c, "C1-Ultra"},           {kArm, 0xd8e, "Neoverse-N3"},
    {kCavium, 0x0af, "ThunderX2"},       {kFujitsu, 0x001, "A64FX"},
    {kFujitsu, 0x003, "MONAKA"},         {kHiSilicon, 0xd01, "Kunpeng 920"},
    {kHiSilicon, 0xd02, "HIP09"},        {kNvidia, 0x004, "Carmel"},
    {kNvidia, 0x010, "Olympus"},         {kQualcomm, 0x001, "Oryon"},
    {kQualcomm, 0xc00, "Falkor"},        {kApple, 0x022, "M1 Icestorm"},
    {kApple, 0x023, "M1 Firestorm"},     {kApple, 0x024, "M1 Pro Icestorm"},
    {kApple, 0x025, "M1 Pro Firestorm"}, {kApple, 0x028, "M1 Max Icestorm"},
    {kApple, 0x029, "M1 Max Firestorm"}, {kApple, 0x032, "M2 Blizzard"},
    {kApple, 0x033, "M2 Avalanche"},     {kMicrosoft, 0xd49, "Azure Cobalt 100"},
    {kPhytium, 0x662, "FTC662"},         {kPhytium, 0x663, "FTC663"},
    {kAmpere, 0xac3, "AmpereOne"},       {kAmpere, 0xac4, "AmpereOne A"},
};

// What hypervisors and clouds write into SMBIOS. There is no CPUID to ask on Arm.
struct FirmwareWord {
  const char* file;
  const char* begins_with;
};

constexpr FirmwareWord kVirtualFirmware[] = {
    {"sys_vendor", "QEMU"},
    {"sys_vendor", "Amazon EC2"},
    {"sys_vendor", "VMware"},
    {"sys_vendor", "Xen"},
    {"sys_vendor", "Parallels"},
    {"sys_vendor", "OpenStack"},
    {"sys_vendor", "Alibaba Cloud"},
    {"product_name", "KVM"},
    {"product_name", "OpenStack"},
    {"product_name", "Virtual Machine"},
    {"product_name", "VMware"},
    {"product_name", "Google Compute Engine"},
    {"product_name", "Apple Virtualization"},
};

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string hexadecimal(uint32_t value) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, 16);
  return std::string(digits, end.ptr);
}

// MIDR_EL1 of one CPU, from sysfs; where that is missing, of the CPU that runs this: the kernel
// lets programs read it (HWCAP_CPUID, Linux, Documentation/arm64/cpu-feature-registers.rst).
std::optional<uint64_t> read_midr(int cpu) {
  const std::string text = first_line("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                      "/regs/identification/midr_el1");
  uint64_t midr = 0;
  if (text.starts_with("0x") &&
      std::from_chars(text.data() + 2, text.data() + text.size(), midr, 16).ec == std::errc{}) {
    return midr;
  }
  constexpr unsigned kCpuidBit = 11;
  if ((getauxval(AT_HWCAP) >> kCpuidBit & 1) == 0) return std::nullopt;
  asm("mrs %0, midr_el1" : "=r"(midr));
  return midr;
}

}  // namespace

ProcessorIdentity identify_midr(uint64_t midr) {
  const auto implementer = static_cast<uint32_t>(midr >> 24 & 0xff);
  const auto part = static_cast<uint32_t>(midr >> 4 & 0xfff);
  ProcessorIdentity identity;
  for (const Maker& maker : kMakers) {
    if (maker.implementer == implementer) identity.vendor = maker.name;
  }
  for (const Part& known : kParts) {
    if (known.implementer == implementer && known.part == part) identity.name = known.name;
  }
  if (identity.name.empty() && !identity.vendor.empty()) {
    identity.name = "part 0x" + hexadecimal(part);
  }
  return identity;
}

std::optional<bool> firmware_says_virtual(const std::filesystem::path& sys,
                                          const std::filesystem::path& proc) {
  std::error_code ignored;
  if (std::filesystem::exists(proc / "device-tree/hypervisor", ignored)) return true;
  const std::filesystem::path dmi = sys / "class/dmi/id";
  // Bare-metal instances of EC2 carry the same vendor: "m7g.metal".
  if (first_line(dmi / "product_name").find(".metal") != std::string::npos) return std::nullopt;
  for (const FirmwareWord& word : kVirtualFirmware) {
    if (first_line(dmi / word.file).starts_with(word.begins_with)) return true;
  }
  return std::nullopt;
}

ProcessorIdentity identify_processor(int cpu) {
  const std::optional<uint64_t> midr = read_midr(cpu);
  return midr ? identify_midr(*midr) : ProcessorIdentity{};
}

std::optional<bool> under_hypervisor() { return firmware_says_virtual("/sys", "/proc"); }

}  // namespace tpp::cpu
