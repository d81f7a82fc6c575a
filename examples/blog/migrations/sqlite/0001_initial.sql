-- + table blog_user, for blog.User
-- + table blog_post, for blog.Post
-- + table blog_comment, for blog.Comment
-- checksum: e77188b7d4becfbcdccf9f3e140e9eb90ab5f32f2a51f25a6515631a146c3d43
-- up
CREATE TABLE "blog_user" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(50) NOT NULL DEFAULT '',
  "site" TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX "blog_user_site_name_key" ON "blog_user" ("site", "name");
CREATE TABLE "blog_post" (
  "id" TEXT NOT NULL,
  "author_id" BIGINT NOT NULL REFERENCES "blog_user" ("id") ON DELETE RESTRICT,
  "title" VARCHAR(200) NOT NULL DEFAULT '',
  "body" TEXT NOT NULL DEFAULT '',
  "create_time" DATETIME,
  "site" TEXT NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
CREATE TABLE "blog_comment" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "post_id" TEXT NOT NULL REFERENCES "blog_post" ("id") ON DELETE CASCADE,
  "author_id" BIGINT NOT NULL REFERENCES "blog_user" ("id") ON DELETE RESTRICT,
  "body" VARCHAR(1000) NOT NULL DEFAULT '',
  "create_time" DATETIME,
  "site" TEXT NOT NULL DEFAULT ''
);
-- down
DROP TABLE "blog_user";
DROP TABLE "blog_post";
DROP TABLE "blog_comment";
