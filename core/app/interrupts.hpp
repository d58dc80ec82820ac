// Ctrl-C and its like.
#pragma once

namespace relievo::app {

// [main] From now on SIGINT, SIGTERM and SIGHUP end the program at once with 130. A pipe without
// reader and a file that may not grow come back as errors of the call.
void catch_interrupts();
// [main] From now on the first of them only asks, so that what is under way can be closed; the
// second still ends at once.
void let_work_finish();
// [any] Whether one has asked.
[[nodiscard]] bool is_interrupted();

}  // namespace relievo::app
