#include "agent/rule_file.h"
