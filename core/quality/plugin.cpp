#include <relievo/sdk/node_type.hpp>

#include "core/quality/nodes.hpp"

RELIEVO_PLUGIN("", relievo::quality::columns_type(), relievo::quality::measure_type(),
               relievo::quality::shots_type())
