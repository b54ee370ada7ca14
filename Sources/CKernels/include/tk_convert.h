/* Conversions between element types. */
#ifndef TK_CONVERT_H
#define TK_CONVERT_H

#include <stddef.h>
#include <stdint.h>

/* bfloat16 is the upper half of a float32, rounded to nearest even. */
void tk_float32_to_bfloat16(const float *x, uint16_t *y, size_t count);
void tk_bfloat16_to_float32(const uint16_t *x, float *y, size_t count);
void tk_float32_to_float64(const float *x, double *y, size_t count);
void tk_float64_to_float32(const double *x, float *y, size_t count);
/* Truncates; what does not fit becomes the nearest int32, NaN 0. */
void tk_float32_to_int32(const float *x, int32_t *y, size_t count);
void tk_int32_to_float32(const int32_t *x, float *y, size_t count);
void tk_int32_to_float64(const int32_t *x, double *y, size_t count);

#endif
