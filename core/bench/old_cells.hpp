// What an older report leaves in the folder of a new one.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace relievo::bench {

// Removes what this program wrote for cells that the folder's report.json lists and `kept` (slugs)
// does not, and their folders where nothing else lies in them. Other files are the user's. A report
// that cannot be read, and files that cannot be removed, stay. Does not throw.
void remove_old_cells(const std::filesystem::path& output, const std::set<std::string>& kept);

}  // namespace relievo::bench
