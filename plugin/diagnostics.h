// What is wrong with the .proto files: collected, sorted by place, said at
// once.
//
//   Diagnostics diagnostics;
//   diagnostics.Report({"shop.proto", 12, 3}, "Customer.email",
//                      "max_length must be at least 1", "drop it for no
//                      limit");
//   if (!diagnostics.empty()) return Fail(diagnostics.Text());
//
// Not thread-safe.
#ifndef MODELSERVICE_PLUGIN_DIAGNOSTICS_H_
#define MODELSERVICE_PLUGIN_DIAGNOSTICS_H_

#include <set>
#include <string>
#include <tuple>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// A place in a source file. Lines and columns count from 1; 0 is unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

class Diagnostics {
 public:
  // `element` is what is at fault, by its name inside its package; `fault` says
  // what is wrong, `mend` what to do about it.
  void Report(const Place& place, absl::string_view element,
              absl::string_view fault, absl::string_view mend);

  // What is right, but perhaps not what was meant.
  void Note(const Place& place, absl::string_view element,
            absl::string_view fact, absl::string_view mend);
  // The same, where somebody has asked to be warned of it.
  void Warn(const Place& place, absl::string_view element,
            absl::string_view fact, absl::string_view mend);

  // Whether nothing is wrong.
  bool empty() const { return lines_.empty(); }

  // A first line with the count, then one line for each diagnostic:
  // "shop.proto:12:3: error: Customer.email: fault; mend". No newline ends it.
  std::string Text() const;
  // A line for each note and warning, ended by a newline:
  // "shop.proto:12:3: note: Customers: fact; mend".
  std::string Notes() const;

 private:
  // File, line, column, severity, words: what two reports of one fault have in
  // common.
  using Lines =
      std::set<std::tuple<std::string, int, int, std::string, std::string>>;
  static void Add(const Place& place, absl::string_view severity,
                  absl::string_view element, absl::string_view fault,
                  absl::string_view mend, Lines* lines);
  // A line each, ended by a newline.
  static std::string Written(const Lines& lines);

  Lines lines_;
  Lines notes_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_DIAGNOSTICS_H_
