-- + blog_post: column views, for blog.Post.views (6)
-- + blog_post: column version, for blog.Post.version (8)
-- + blog_post: column delete_time, for blog.Post.delete_time (9)
-- + blog_post: unique (site, slug) where "delete_time" IS NULL
-- + blog_comment: column delete_time, for blog.Comment.delete_time (7)
-- + blog_post_tag: column delete_time, for blog.PostTag.delete_time (3)
-- checksum: a533d3730ddc1da95ac2e150b564c6e42d22d2ac73f64255408509036af4918d
-- up
ALTER TABLE "blog_post" ADD COLUMN "views" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "blog_post" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "blog_post" ADD COLUMN "delete_time" TIMESTAMPTZ;
ALTER TABLE "blog_comment" ADD COLUMN "delete_time" TIMESTAMPTZ;
ALTER TABLE "blog_post_tag" ADD COLUMN "delete_time" TIMESTAMPTZ;
-- alone
DROP INDEX CONCURRENTLY IF EXISTS "blog_post_site_slug_key";
CREATE UNIQUE INDEX CONCURRENTLY "blog_post_site_slug_key" ON "blog_post" ("site", "slug") WHERE "delete_time" IS NULL;
-- down
DROP INDEX IF EXISTS "blog_post_site_slug_key";
ALTER TABLE "blog_post" DROP COLUMN "views";
ALTER TABLE "blog_post" DROP COLUMN "version";
ALTER TABLE "blog_post" DROP COLUMN "delete_time";
ALTER TABLE "blog_comment" DROP COLUMN "delete_time";
ALTER TABLE "blog_post_tag" DROP COLUMN "delete_time";
