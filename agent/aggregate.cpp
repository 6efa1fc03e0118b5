#include "agent/aggregate.h"
