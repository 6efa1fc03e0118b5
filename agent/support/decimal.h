// Figures of sheets and of the law are decimals of few digits; doubles carry them with noise in the
// 17th. A quotient that is exactly on a limit, as 1849.6 / 578 on 3.2, must not fall beside it.
#ifndef TPP_AGENT_SUPPORT_DECIMAL_H
#define TPP_AGENT_SUPPORT_DECIMAL_H

namespace tpp {

// The value of 15 significant digits nearest to `value`: any decimal of so many digits survives
// sums and scaling that are off in the last bits. Finite values only.
double without_noise(double value);

// numerator / denominator. Where both are above 0, decimals of at most 15 digits and their exact
// quotient is one too, that decimal; else the quotient of the doubles.
double decimal_quotient(double numerator, double denominator);

}  // namespace tpp

#endif
