#include "agent/model/shipment.h"

namespace tpp {

// Two doubles hold what one cannot (Knuth's sum, whose error is a double itself).
void Sum::add(double amount) {
  const double sum = value + amount;
  const double part = sum - value;
  rest += (value - (sum - part)) + (amount - part);
  value = sum + rest;
  rest -= value - sum;
}

}  // namespace tpp
