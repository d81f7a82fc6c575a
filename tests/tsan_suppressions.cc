// For tests under the thread sanitizer: the system's abseil is not built with
// it, so some of the counting of references to what copies of one absl::Status
// share is out of its sight, and the last copy's end looks like a race.
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libabsl_status.so\n"
         "race:absl::*Status::Unref\n"
         // What clang compiles into its callers has no other name.
         "race:absl/status/status.h\n";
}
