// A TCP port for a server that a test starts.
#ifndef MODELSERVICE_TESTING_FREE_PORT_H_
#define MODELSERVICE_TESTING_FREE_PORT_H_

namespace modelservice {

// A port of 127.0.0.1 that nobody listens on; 0 when there is none.
int FreePort();

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_FREE_PORT_H_
