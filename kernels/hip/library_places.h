// Where libraries of ROCm stand, for all that is loaded of them.
#ifndef TPP_KERNELS_HIP_LIBRARY_PLACES_H
#define TPP_KERNELS_HIP_LIBRARY_PLACES_H

namespace tpp::hip {

inline constexpr const char* kLibraryFolders[] = {"", "/opt/rocm/lib/"};  // "" is the loader's own

}  // namespace tpp::hip

#endif
