// The plugin as protoc runs it: a request on standard input, the answer on
// standard output.
#ifndef MODELSERVICE_PLUGIN_PROGRAM_H_
#define MODELSERVICE_PLUGIN_PROGRAM_H_

#include <functional>
#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// What `main` returns: 0 with an answer, which may hold diagnostics; 1 when
// there was no request to answer. protobuf's own PluginMain reads foreign
// options as ours where they have our number, and then gives up.
int RunPlugin(int argc, char** argv);

// The answer to a request, both in their wire format. Notes come back in
// `notes`, a line each. False when `request` is none; `answer` says why.
bool Answer(const std::string& request, std::string* answer,
            std::string* notes);

// Shows `visit` what the files of a request say, if nothing is wrong with them;
// else false, and `error` says what.
bool VisitSchema(const std::string& request,
                 const std::function<void(const Schema&)>& visit,
                 std::string* error);

// From now on the process ends as soon as nobody reads `pipe` any more: with
// protoc, whatever that ends by. False when the system gives no thread to watch
// it; `fault` says so, and everything else works as before.
bool EndWithReaderOf(int pipe, std::string* fault);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_PROGRAM_H_
