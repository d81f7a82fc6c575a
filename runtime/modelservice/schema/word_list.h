// A list of words, as sources write it: with blanks and line ends between them.
#ifndef MODELSERVICE_SCHEMA_WORD_LIST_H_
#define MODELSERVICE_SCHEMA_WORD_LIST_H_

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace modelservice {

using WordList = absl::flat_hash_set<absl::string_view>;

// Views of `text`, which outlives them.
inline WordList WordsOf(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_WORD_LIST_H_
