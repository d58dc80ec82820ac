// For the files of AVX2 code only. Functions say for themselves that they are for AVX2, so that
// what those files share with others (inline functions of headers) stays for any processor.
#pragma once

#define RLV_AVX2 __attribute__((target("avx2")))
#define RLV_AVX2_BODY static inline __attribute__((target("avx2"), always_inline))
