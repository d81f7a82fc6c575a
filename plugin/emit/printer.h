// Writes generated text from templates that read like the final code.
//
//   Printer out;
//   out.Emit({{"name", "Customer"},
//             {"columns", [&] { EmitColumns(model, out); }}},
//            R"(
//              struct $name$Model {
//                $columns$
//              };
//            )");
//
// A template loses the line break in front and the indentation that all of its
// lines share. `$name$` becomes its value, which is never read as a template;
// `$$` is a dollar. A value alone on its line is indented like the line, every
// line of it, and takes the line away when it is empty; a callback must stand
// alone on its line, and what it emits is indented likewise.
//
// Lines that are too long are broken as clang-format does it (layout.h), so a
// template has a declaration or a statement in one line.
//
// Not thread-safe.
#ifndef MODELSERVICE_PLUGIN_EMIT_PRINTER_H_
#define MODELSERVICE_PLUGIN_EMIT_PRINTER_H_

#include <functional>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// One named value of a template: text, or a callback that emits in its place.
class Substitution {
 public:
  template <
      class Text,
      std::enable_if_t<std::is_convertible_v<Text, absl::string_view>, int> = 0>
  Substitution(absl::string_view name, const Text& text)
      : name_(name), text_(absl::string_view(text)) {}

  template <class Callback,
            std::enable_if_t<std::is_invocable_v<Callback>, int> = 0>
  Substitution(absl::string_view name, Callback callback)
      : name_(name), callback_(std::move(callback)) {}

  absl::string_view name() const { return name_; }
  const std::string& text() const { return text_; }
  const std::function<void()>& callback() const { return callback_; }

 private:
  std::string name_;
  std::string text_;
  std::function<void()> callback_;
};

class Printer {
 public:
  // A name in the template without a substitution is a bug of the caller and
  // aborts.
  void Emit(std::initializer_list<Substitution> substitutions,
            absl::string_view text);
  void Emit(absl::string_view text) { Emit({}, text); }

  // A constant list: `head` is "constexpr int kKey[]", `items` are without
  // commas.
  void EmitList(absl::string_view head, const std::vector<std::string>& items);
  // The definition of a function.
  void EmitFunction(absl::string_view head,
                    const std::vector<std::string>& statements);

  // An empty line.
  void Blank() { text_ += '\n'; }

  // Everything emitted so far.
  const std::string& text() const { return text_; }

 private:
  void EmitLine(std::initializer_list<Substitution> substitutions,
                absl::string_view line);
  // Writes lines behind the indentation; blank ones stay empty.
  void WriteLines(absl::string_view lines, size_t indentation);
  // The same for lines that may be too long.
  void LayOutLines(absl::string_view lines, size_t indentation);

  std::string text_;
  size_t indentation_ = 0;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_PRINTER_H_
