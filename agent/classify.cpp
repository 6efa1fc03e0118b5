#include "agent/classify.h"
