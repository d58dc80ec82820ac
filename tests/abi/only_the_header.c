#include <relievo/plugin.h>
