// SIGHUP has a server read its settings again. Whoever deploys may send it to a
// process that has only just begun, which it would end.
#ifndef MODELSERVICE_MANAGE_HANGUP_H_
#define MODELSERVICE_MANAGE_HANGUP_H_

namespace modelservice {

// Where the command is `serve`, SIGHUP waits from here on for the server to
// look. Main() calls it first; where the C library tells constructors of the
// arguments, it has been called by one before.
void KeepHangup(int argc, const char* const* argv);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_HANGUP_H_
