/* One step of an optimizer, in one pass over a parameter, its gradient and its moments. */
#ifndef TK_OPTIMIZERS_H
#define TK_OPTIMIZERS_H

#include <stddef.h>

/* What all rules share. The gradient is scaled, limited to +-limit, and gets decay times the
 * parameter; before the step the parameter is multiplied by keep. */
typedef struct {
  float rate, scale, limit, decay, keep;
} tk_step;

/* v = momentum v + g (v = g on the first step), p -= rate v, or with Nesterov's look ahead
 * p -= rate (g + momentum v). Without velocity p -= rate g. */
void tk_sgd(float *parameter, const float *gradient, float *velocity, size_t count, tk_step step,
            float momentum, int nesterov, int first);

/* s = smoothing s + innovation g^2, p -= rate g / (sqrt(s) + epsilon). */
void tk_rms_prop(float *parameter, const float *gradient, float *squares, size_t count,
                 tk_step step, float smoothing, float innovation, float epsilon);

/* m = beta1 m + innovation1 g, v = beta2 v + innovation2 g^2,
 * p -= rate m / (sqrt(v unbias2) + epsilon): the rate includes the correction of m. */
typedef struct {
  float beta1, innovation1, beta2, innovation2, unbias2, epsilon;
} tk_adam_rule;
void tk_adam(float *parameter, const float *gradient, float *first, float *second, size_t count,
             tk_step step, tk_adam_rule rule);

/* average += fraction (parameter - average). */
void tk_average(float *average, const float *parameter, size_t count, float fraction);

#endif
