#include "blog.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/log.h"

namespace blog {
namespace {

using ::modelservice::CallContext;
using ::modelservice::Objects;
using ::modelservice::Query;
using ::modelservice::Reply;
using ::modelservice::RowChange;

// "Hello, World!" -> "hello-world".
std::string SlugOf(absl::string_view title) {
  std::string slug;
  for (const char c : absl::AsciiStrToLower(title)) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  return std::string(absl::StripSuffix(slug, "-"));
}

Query<Comment> WithAnswers(const Objects<Comment>& comments, int levels) {
  const auto all =
      comments.OrderBy(CommentModel::id).SelectRelated(CommentModel::author);
  if (levels == 0) return all;
  return all.Prefetch(CommentModel::answers, WithAnswers(comments, levels - 1));
}

class Posts : public PostServiceBase {
 public:
  // What the fields of a List's request ask that no column answers.
  absl::StatusOr<Query<Post>> FilterList(
      const CallContext&, const google::protobuf::Message& request,
      Query<Post> all) override {
    const auto& list = static_cast<const ListPostsRequest&>(request);
    if (list.tag().empty()) return all;
    return all.Filter(PostModel::tags.Any(TagModel::name == list.tag()));
  }

  // In a transaction, by its options. Rows are those of the caller's site.
  absl::StatusOr<Reply<Post>> Read(const CallContext&,
                                   const PostKey& request) override {
    // Not Query::Update, which would count a version, too: whoever edits the
    // post meanwhile has lost nothing.
    const auto viewed = database().Execute(
        "UPDATE blog_post SET views = views + 1 WHERE id = ?", request.id());
    if (!viewed.ok()) return viewed.status();
    auto post =
        Objects<Post>(database())
            .Filter(PostModel::id == request.id())
            .SelectRelated(PostModel::author)
            .Prefetch(PostModel::tags)
            .Prefetch(PostModel::comments,
                      ThreadsOf(Objects<Comment>(database()), /*levels=*/3))
            .Get();
    if (!post.ok()) return post.status();
    return *std::move(post);
  }
};

class Tags : public TagServiceBase {
 public:
  absl::StatusOr<Reply<Tag>> Merge(const CallContext&,
                                   const MergeTagsRequest& request) override {
    const Objects<Tag> tags(database());
    const auto from = tags.Filter(TagModel::id == request.from()).Get();
    if (!from.ok()) return from.status();
    auto into = tags.Filter(TagModel::id == request.into()).Get();
    if (!into.ok()) return into.status();
    const Objects<Post> posts(database());
    const auto tagged =
        posts.Filter(PostModel::tags.Any(TagModel::id == from->id())).All();
    if (!tagged.ok()) return tagged.status();
    for (const Post& post : *tagged) {
      const auto added = posts.Links(post, PostModel::tags).Add({*into});
      if (!added.ok()) return added.status();
    }
    // Its links go with it.
    if (auto status = tags.Delete(*from); !status.ok()) return status;
    return *std::move(into);
  }
};

// Of posts that were there before slugs were. The models are those of today,
// and the tables those of then: so it is SQL.
absl::Status FillSlugs(modelservice::Transaction& transaction) {
  modelservice::Database& database = transaction.database();
  const auto posts =
      database.Query("SELECT id, title FROM blog_post WHERE slug = ''")
          .Tuples<std::string, std::string>();
  if (!posts.ok()) return posts.status();
  for (const auto& [id, title] : *posts) {
    // Titles may be equal; the end of an id is like no other's.
    const auto filled = database.Execute(
        "UPDATE blog_post SET slug = ? WHERE id = ?",
        absl::StrCat(SlugOf(title), "-", id.substr(id.rfind('-') + 1)), id);
    if (!filled.ok()) return filled.status();
  }
  return absl::OkStatus();
}

// A slug that nobody sees harms nobody.
absl::Status LeaveSlugs(modelservice::Transaction&) { return absl::OkStatus(); }

}  // namespace

Query<Comment> ThreadsOf(const Objects<Comment>& comments, int levels) {
  return WithAnswers(comments, levels).Filter(CommentModel::parent_id.IsNull());
}

void AddBlog(modelservice::Registry& registry) {
  RegisterBlog(registry);
  registry.Add<Posts>();
  registry.Add<Tags>();
  registry.AddMigration("0005_fill_slugs", FillSlugs, LeaveSlugs);
  // Whoever writes a post, a service or a command, need not think of its slug.
  registry.ModelSignalsOf<Post>()
      .OnPreSave([](modelservice::Transaction&, Post& post, RowChange) {
        if (post.slug().empty()) post.set_slug(SlugOf(post.title()));
      })
      .Release();
  // When it is certain: a place to send letters from.
  registry.ModelSignalsOf<Comment>()
      .OnCommitted([](const Comment& comment, RowChange change) {
        if (change != RowChange::kCreated) return;
        Log(modelservice::Severity::kInfo,
            absl::StrCat("comment ", comment.id(), " is new"));
      })
      .Release();
}

}  // namespace blog
