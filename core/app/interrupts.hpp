// Ctrl-C and its like.
#pragma once

namespace relievo::app {

// [main] From now on the first SIGINT, SIGTERM or SIGHUP asks to stop, and the second leaves at
// once with 130. SIGPIPE is ignored.
void catch_interrupts();
// [any] Whether one has come.
[[nodiscard]] bool is_interrupted();

}  // namespace relievo::app
