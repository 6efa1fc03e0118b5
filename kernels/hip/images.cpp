#include "kernels/hip/images.h"

#include <algorithm>

namespace tpp::hip {

bool Image::has(std::string_view family) const {
  return std::find(families.begin(), families.end(), family) != families.end();
}

std::string_view target_of(std::string_view architecture) {
  return architecture.substr(0, architecture.find(':'));
}

const Image* image_of(std::span<const Image> images, std::string_view target) {
  const auto found = std::find_if(images.begin(), images.end(),
                                  [&](const Image& image) { return target == image.target; });
  return found == images.end() ? nullptr : &*found;
}

}  // namespace tpp::hip
