#include "agent/catalog_file.h"
