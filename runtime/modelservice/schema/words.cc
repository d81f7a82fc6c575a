#include "modelservice/schema/words.h"

#include "modelservice/schema/word_list.h"

namespace modelservice {
namespace {

// clang-format off

// protobuf.dev/reference/protobuf/proto3-spec and proto2-spec: the types, and
// what begins a statement in a message.
constexpr char kProto[] = R"(
bool bytes double enum extend extensions fixed32 fixed64 float group import
int32 int64 map message oneof option optional package repeated required
reserved returns rpc service sfixed32 sfixed64 sint32 sint64 stream string
syntax uint32 uint64
)";

// N4861 [lex.key], tables 5 and 6. Some came with C++20: generated code is read
// by newer compilers, too.
constexpr char kKeywords[] = R"(
alignas alignof and and_eq asm auto bitand bitor bool break case catch char
char8_t char16_t char32_t class co_await co_return co_yield compl concept const
const_cast consteval constexpr constinit continue decltype default delete do
double dynamic_cast else enum explicit export extern false float for friend
goto if inline int long mutable namespace new noexcept not not_eq nullptr
operator or or_eq private protected public register reinterpret_cast requires
return short signed sizeof static static_assert static_cast struct switch
template this thread_local throw true try typedef typeid typename union
unsigned using virtual void volatile wchar_t while xor xor_eq
)";

// math.h of glibc before 2.27, and Apple's headers, which protobuf's
// port_def.inc keeps from its own code but not from anybody else's. Not its list
// for Windows.
constexpr char kElsewhere[] = R"(
DEBUG DOMAIN FALSE OVERFLOW PLOSS SING TLOSS TRUE UNDERFLOW
)";

// The ones that generated code names.
constexpr char kNamespaces[] = R"(
absl google grpc modelservice std
)";

// The classes that protoc writes, 3.21 to 36: what they declare, and the types
// that they name as they are.
constexpr char kMessageMembers[] = R"(
ArgT ArgT0 ByteSizeLong CheckTypeAndMergeFrom Clear CopyFrom CreateMaybeMessage
DestructorSkippable_ FullMessageName GetArenaForAllocation GetCachedSize
GetClassData GetDescriptor GetMetadata GetOwningArena GetReflection Impl_
InternalArenaConstructable_ InternalSwap IsInitialized MergeFrom MergeImpl New
SetCachedSize SharedCtor SharedDtor Swap UnsafeArenaSwap _Internal
_InternalParse _InternalSerialize _impl_ _internal_metadata_ default_instance
descriptor int32_t int64_t internal_default_instance kIndexInFileMessages
mutable_unknown_fields size_t uint32_t uint64_t uint8_t unknown_fields
)";

// The class that grpc_cpp_plugin 1.51 writes, and its stub.
constexpr char kGrpcMembers[] = R"(
Service Stub StubInterface async channel_ stub_
)";

// clang-format on

}  // namespace

bool IsProtoKeyword(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kProto));
  return kNames->contains(name);
}

bool IsCppKeyword(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kKeywords));
  return kNames->contains(name);
}

bool IsMacroElsewhere(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kElsewhere));
  return kNames->contains(name);
}

bool IsLibraryNamespace(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kNamespaces));
  return kNames->contains(name);
}

bool IsMessageMember(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kMessageMembers));
  return kNames->contains(name);
}

bool IsGrpcMember(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kGrpcMembers));
  return kNames->contains(name);
}

}  // namespace modelservice
