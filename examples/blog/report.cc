// The same models without a call: whose rows are meant is said here.
#include "absl/strings/str_cat.h"
#include "blog.h"

namespace blog {
namespace {

using ::modelservice::Count;
using ::modelservice::CountDistinct;
using ::modelservice::Database;
using ::modelservice::Objects;
using ::modelservice::Sum;
using ::modelservice::Transaction;

template <class Comments>
void AddThreads(const Comments& comments, const std::string& indent,
                std::string* text) {
  for (const Comment& comment : comments) {
    absl::StrAppend(text, indent, comment.author().name(), ": ", comment.text(),
                    "\n");
    AddThreads(comment.answers(), indent + "  ", text);
  }
}

// What moved a site's readers most.
absl::Status AddPosts(Database& database, const std::string& site,
                      std::string* text) {
  const auto posts =
      Objects<Post>(database)
          .ForTenant(site)
          .OrderBy((PostModel::comments.Count() * 10 + PostModel::views).Desc(),
                   PostModel::id)
          .Limit(3)
          .SelectRelated(PostModel::author)
          .Prefetch(PostModel::tags)
          .Prefetch(PostModel::comments,
                    ThreadsOf(Objects<Comment>(database), /*levels=*/3))
          .All();
  if (!posts.ok()) return posts.status();
  for (const Post& post : *posts) {
    absl::StrAppend(text, "  ", post.title(), ", by ", post.author().name());
    for (const Tag& tag : post.tags()) absl::StrAppend(text, " #", tag.name());
    absl::StrAppend(text, "\n");
    AddThreads(post.comments(), "    ", text);
  }
  return absl::OkStatus();
}

absl::Status AddTags(Database& database, const std::string& site,
                     std::string* text) {
  const auto tags = Objects<Tag>(database)
                        .ForTenant(site)
                        .Filter(TagModel::uses.Any())
                        .OrderBy(TagModel::uses.Count().Desc(), TagModel::name)
                        .Values(TagModel::name, TagModel::uses.Count());
  if (!tags.ok()) return tags.status();
  for (const auto& [name, uses] : *tags) {
    absl::StrAppend(text, "  #", *name, " ", uses, "\n");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> Report(Database& database) {
  const auto sites = Objects<Post>(database)
                         .AllTenants()
                         .Rows()
                         .GroupBy(PostModel::site)
                         .OrderBy(PostModel::site)
                         .Values(Count<Post>(), Sum(PostModel::views),
                                 CountDistinct(PostModel::author_id));
  if (!sites.ok()) return sites.status();
  std::string text;
  for (const auto& [site, posts, views, authors] : *sites) {
    absl::StrAppend(&text, *site, ": posts ", posts, ", views ", *views,
                    ", authors ", authors, "\n");
    auto status = AddPosts(database, *site, &text);
    if (status.ok()) status = AddTags(database, *site, &text);
    if (!status.ok()) return status;
  }
  return text;
}

absl::Status Seed(Database& database, absl::string_view site) {
  return database.Transact([&](Transaction& transaction) -> absl::Status {
    const auto users = Objects<User>(transaction).ForTenant(site);
    const auto tags = Objects<Tag>(transaction).ForTenant(site);
    User ada;
    ada.set_name("Ada");
    User charles;
    charles.set_name("Charles");
    Tag engines;
    engines.set_name("engines");
    // There already, the second time.
    for (User* user : {&ada, &charles}) {
      const auto made = users.GetOrCreate(user, UserModel::name);
      if (!made.ok()) return made.status();
    }
    const auto made = tags.GetOrCreate(&engines, TagModel::name);
    if (!made.ok()) return made.status();

    // A post with its tags and a comment: rows of three tables.
    Post post;
    post.set_author_id(ada.id());
    post.set_title("Notes on the Engine");
    post.set_text("It weaves algebraical patterns.");
    post.add_tag_ids(engines.id());
    Comment* const comment = post.add_comments();
    comment->set_author_id(charles.id());
    comment->set_text("As the loom weaves flowers!");
    auto status = Objects<Post>(transaction).ForTenant(site).Create(&post);
    if (!status.ok()) return status;

    Comment answer;
    answer.set_post_id(post.id());
    answer.set_parent_id(post.comments(0).id());
    answer.set_author_id(ada.id());
    answer.set_text("And leaves.");
    return Objects<Comment>(transaction).ForTenant(site).Create(&answer);
  });
}

}  // namespace blog
