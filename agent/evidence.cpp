#include "agent/evidence.h"
