#include "agent/identify.h"
