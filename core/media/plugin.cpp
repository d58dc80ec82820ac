#include <relievo/sdk/node_type.hpp>

#include "core/media/nodes.hpp"

RELIEVO_PLUGIN("", relievo::media::source_type(), relievo::media::depth_source_type(),
               relievo::media::scale_type(), relievo::media::cuts_type(),
               relievo::media::convert_type(), relievo::media::sink_type(),
               relievo::media::contact_sheet_type())
