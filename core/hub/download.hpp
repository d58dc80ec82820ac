// The content of a file, from the hub or from wherever it sends us, into a file that may hold its
// beginning already.
#pragma once

#include "core/hub/incomplete.hpp"
#include "core/hub/metadata.hpp"
#include "core/hub/session.hpp"

namespace relievo::hub {

// Goes on where `into` ends, through as many connections as it takes. Returns with all bytes
// written, unchecked. Throws Error, also kDisk before the first byte if the disk has no room;
// `into` keeps what came until then.
void download(const Session& session, const FileId& id, const Metadata& facts,
              const Incomplete& into);

}  // namespace relievo::hub
