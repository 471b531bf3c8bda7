/* The same RK4 step in plain C, compiled with -O3 -march=native by the benchmark: sine and cosine once per node, then one pass over the
   compressed rows. The compiler is free to fuse and to vectorise. */
#define _GNU_SOURCE
#include <math.h>
#include <string.h>

static void slopes(int n, const int *starts, const int *columns, const double *weights, double k,
                   const double *omega, const double *theta, double *unit, double *slope)
{
    for (int i = 0; i < n; i++)
        sincos(theta[i], &unit[2 * i + 1], &unit[2 * i]);
    for (int i = 0; i < n; i++) {
        double c = 0, s = 0;
        for (int p = starts[i]; p < starts[i + 1]; p++) {
            c += weights[p] * unit[2 * columns[p]];
            s += weights[p] * unit[2 * columns[p] + 1];
        }
        slope[i] = omega[i] + k * (s * unit[2 * i] - c * unit[2 * i + 1]);
    }
}

/* scratch: 6 n doubles */
void kuramoto_step(int n, const int *starts, const int *columns, const double *weights, double k, double dt,
                   const double *omega, double *theta, double *scratch)
{
    static const double advance[4] = {0.5, 0.5, 1, 0}, weight[4] = {1, 2, 2, 1};
    double *stage = scratch, *sum = scratch + n, *slope = scratch + 2 * n, *unit = scratch + 3 * n;
    memcpy(stage, theta, n * sizeof *theta);
    memset(sum, 0, n * sizeof *sum);
    for (int r = 0; r < 4; r++) {
        slopes(n, starts, columns, weights, k, omega, stage, unit, slope);
        for (int i = 0; i < n; i++) {
            sum[i] += weight[r] * slope[i];
            stage[i] = theta[i] + advance[r] * dt * slope[i];
        }
    }
    for (int i = 0; i < n; i++)
        theta[i] += dt / 6 * sum[i];
}
