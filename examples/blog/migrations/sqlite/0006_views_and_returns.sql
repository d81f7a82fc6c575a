-- + blog_post: column views, for blog.Post.views (6)
-- + blog_post: column version, for blog.Post.version (8)
-- + blog_post: column delete_time, for blog.Post.delete_time (9)
-- + blog_post: unique (site, slug) where "delete_time" IS NULL
-- + blog_comment: column delete_time, for blog.Comment.delete_time (7)
-- + blog_post_tag: column delete_time, for blog.PostTag.delete_time (3)
-- checksum: a5c7b75cdc2d5d72ba42ee04588081373773a37d68a86ffc0f576c3dd4403fbf
-- up
ALTER TABLE "blog_post" ADD COLUMN "views" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "blog_post" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "blog_post" ADD COLUMN "delete_time" DATETIME;
CREATE UNIQUE INDEX "blog_post_site_slug_key" ON "blog_post" ("site", "slug") WHERE "delete_time" IS NULL;
ALTER TABLE "blog_comment" ADD COLUMN "delete_time" DATETIME;
ALTER TABLE "blog_post_tag" ADD COLUMN "delete_time" DATETIME;
-- down
DROP INDEX IF EXISTS "blog_post_site_slug_key";
CREATE TABLE "modelservice_new_blog_post" (
  "id" TEXT NOT NULL,
  "author_id" BIGINT NOT NULL REFERENCES "blog_user" ("id") ON DELETE RESTRICT,
  "title" VARCHAR(200) NOT NULL DEFAULT '',
  "slug" VARCHAR(220) NOT NULL DEFAULT '',
  "text" TEXT NOT NULL DEFAULT '',
  "create_time" DATETIME,
  "site" TEXT NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
INSERT INTO "modelservice_new_blog_post" ("id", "author_id", "title", "slug", "text", "create_time", "site")
SELECT "id", "author_id", "title", "slug", "text", "create_time", "site"
FROM "blog_post";
DROP TABLE "blog_post";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "modelservice_new_blog_post" RENAME TO "blog_post";
PRAGMA legacy_alter_table = OFF;
CREATE TABLE "modelservice_new_blog_comment" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "post_id" TEXT NOT NULL REFERENCES "blog_post" ("id") ON DELETE CASCADE,
  "author_id" BIGINT NOT NULL REFERENCES "blog_user" ("id") ON DELETE RESTRICT,
  "parent_id" BIGINT REFERENCES "blog_comment" ("id") ON DELETE CASCADE,
  "text" VARCHAR(1000) NOT NULL DEFAULT '',
  "create_time" DATETIME,
  "site" TEXT NOT NULL DEFAULT ''
);
INSERT INTO "modelservice_new_blog_comment" ("id", "post_id", "author_id", "parent_id", "text", "create_time", "site")
SELECT "id", "post_id", "author_id", "parent_id", "text", "create_time", "site"
FROM "blog_comment";
DELETE FROM sqlite_sequence WHERE name = 'modelservice_new_blog_comment';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'modelservice_new_blog_comment', seq FROM sqlite_sequence WHERE name = 'blog_comment';
DROP TABLE "blog_comment";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "modelservice_new_blog_comment" RENAME TO "blog_comment";
PRAGMA legacy_alter_table = OFF;
CREATE TABLE "modelservice_new_blog_post_tag" (
  "post_id" TEXT NOT NULL REFERENCES "blog_post" ("id") ON DELETE CASCADE,
  "tag_id" INTEGER NOT NULL REFERENCES "blog_tag" ("id") ON DELETE CASCADE,
  PRIMARY KEY ("post_id", "tag_id")
);
INSERT INTO "modelservice_new_blog_post_tag" ("post_id", "tag_id")
SELECT "post_id", "tag_id"
FROM "blog_post_tag";
DROP TABLE "blog_post_tag";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "modelservice_new_blog_post_tag" RENAME TO "blog_post_tag";
PRAGMA legacy_alter_table = OFF;
