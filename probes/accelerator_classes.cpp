#include "probes/accelerator_classes.h"

#include <algorithm>
#include <array>

namespace tpp {
namespace {

constexpr unsigned k3dController = 0x0302;
constexpr unsigned kOtherDisplay = 0x0380;
constexpr unsigned kSystemPeripheral = 0x0880;
constexpr unsigned kCoProcessor = 0x0b40;
constexpr unsigned kDisplays = 0x03;
constexpr unsigned kProcessingAccelerators = 0x12;

// Accelerators of classes that are shared with much else: displays of virtual machines are "other"
// ones, too, co-processors are also what encrypts and what chipsets bear, system peripherals
// anything.
struct OfSharedClass {
  unsigned class_code;
  unsigned vendor;
  unsigned device;
  unsigned device_mask;  // of the bits that count
};
constexpr std::array kOfSharedClass = {
    OfSharedClass{kOtherDisplay, 0x8086, 0, 0},                // Intel's Data Center GPUs
    OfSharedClass{kCoProcessor, 0x8086, 0x2250, 0xfff0},       // Xeon Phi; QuickAssist is one, too
    OfSharedClass{kCoProcessor, 0x1e60, 0, 0},                 // Hailo
    OfSharedClass{kSystemPeripheral, 0x1d0f, 0x7000, 0xf000},  // Amazon's Inferentia and Trainium
    OfSharedClass{kSystemPeripheral, 0x1ac1, 0, 0},            // Coral's Edge TPU
};

bool is_of_shared_class(const PciIdentity& pci) {
  return std::ranges::any_of(kOfSharedClass, [&](const OfSharedClass& row) {
    return pci.class_code == row.class_code && pci.vendor == row.vendor &&
           (pci.device & row.device_mask) == row.device;
  });
}

}  // namespace

bool is_display(const PciIdentity& pci) { return pci.class_code >> 8 == kDisplays; }

bool is_accelerator(const PciIdentity& pci) {
  return is_display(pci) || pci.class_code >> 8 == kProcessingAccelerators ||
         pci.class_code == kCoProcessor || is_of_shared_class(pci);
}

bool is_surely_accelerator(const PciIdentity& pci) {
  return pci.class_code == k3dController || pci.class_code >> 8 == kProcessingAccelerators ||
         is_of_shared_class(pci);
}

}  // namespace tpp
