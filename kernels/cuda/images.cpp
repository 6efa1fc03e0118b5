#include "kernels/cuda/images.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace tpp::cuda {
namespace {

// "sm_103a": 10, 3, for that one alone. Names end in one digit of the minor number.
struct Architecture {
  ComputeCapability capability;
  bool exact = false;
};

Architecture architecture_of(const Image& image) {
  std::string_view digits = image.architecture;
  digits.remove_prefix(digits.find('_') + 1);
  Architecture made;
  made.exact = digits.back() == 'a';
  if (made.exact) digits.remove_suffix(1);
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  made.capability = {number / 10, number % 10};
  return made;
}

// Systems on chip run code of their own architecture alone, not of cards of the same major number.
bool is_system_on_chip(ComputeCapability device) {
  return device.major == 8 && (device.minor == 7 || device.minor == 8);
}

// How well it fits: the higher the better; nullopt if the device cannot run it.
std::optional<int> fit(const Image& image, ComputeCapability device) {
  const auto [capability, exact] = architecture_of(image);
  const bool same = capability.major == device.major && capability.minor == device.minor;
  if (image.is_ptx()) {
    const bool older = capability.major < device.major ||
                       (capability.major == device.major && capability.minor <= device.minor);
    return older ? std::optional(capability.major * 10 + capability.minor) : std::nullopt;
  }
  if (exact || is_system_on_chip(device)) return same ? std::optional(10) : std::nullopt;
  if (capability.major != device.major || capability.minor > device.minor) return std::nullopt;
  return capability.minor;
}

std::vector<Image> best_of(std::span<const Image> all, ComputeCapability device, bool ptx) {
  std::vector<Image> best;
  for (const Image& image : all) {
    if (image.is_ptx() != ptx || !fit(image, device)) continue;
    const auto known = std::find_if(best.begin(), best.end(), [&](const Image& other) {
      return std::string_view(other.family) == image.family;
    });
    if (known == best.end()) {
      best.push_back(image);
    } else if (*fit(image, device) > *fit(*known, device)) {
      *known = image;
    }
  }
  return best;
}

}  // namespace

std::vector<Image> images_for(std::span<const Image> all, ComputeCapability capability) {
  std::vector<Image> machine_code = best_of(all, capability, false);
  return machine_code.empty() ? ptx_for(all, capability) : machine_code;
}

std::vector<Image> ptx_for(std::span<const Image> all, ComputeCapability capability) {
  return best_of(all, capability, true);
}

const Image* image_of(std::span<const Image> images, std::string_view family) {
  const auto found = std::find_if(images.begin(), images.end(),
                                  [&](const Image& image) { return family == image.family; });
  return found == images.end() ? nullptr : &*found;
}

}  // namespace tpp::cuda
