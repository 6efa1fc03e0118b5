// <stdint.h> for hipRTC, which has none: what device code uses of it. By names of our own, since
// some versions define the standard ones themselves, and not alike.
#ifndef TPP_KERNELS_HIP_DEVICE_AT_RUN_TIME_STDINT_HPP
#define TPP_KERNELS_HIP_DEVICE_AT_RUN_TIME_STDINT_HPP

typedef __UINT32_TYPE__ tpp_uint32_t;
typedef __UINT64_TYPE__ tpp_uint64_t;
#define uint32_t tpp_uint32_t
#define uint64_t tpp_uint64_t

#endif
