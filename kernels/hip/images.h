// The device code in this module: one code object a target. The table is made when the module is
// built.
#ifndef TPP_KERNELS_HIP_IMAGES_H
#define TPP_KERNELS_HIP_IMAGES_H

#include <cstddef>
#include <span>
#include <string_view>

namespace tpp::hip {

struct Image {
  const char* target;                     // "gfx90a"
  unsigned lanes;                         // of a wave
  std::span<const char* const> families;  // of kernels, as RowFamily::family
  std::span<const std::byte> data;

  bool has(std::string_view family) const;
};
std::span<const Image> images();

// "gfx90a" of "gfx90a:sramecc+:xnack-". What a code object does not say of such settings fits every
// one of them.
std::string_view target_of(std::string_view architecture);

// That of a target; nullptr if there is none. A code object runs on exactly its own target.
const Image* image_of(std::span<const Image> images, std::string_view target);

}  // namespace tpp::hip

#endif
