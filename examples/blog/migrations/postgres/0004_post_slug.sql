-- + blog_post: column slug, for blog.Post.slug (4)
-- checksum: a5b3260a309dbd10bd7e63a1ac9260e71fa411d1621477ff30a5fbb39e5a9986
-- up
ALTER TABLE "blog_post" ADD COLUMN "slug" VARCHAR(220) NOT NULL DEFAULT '';
-- down
ALTER TABLE "blog_post" DROP COLUMN "slug";
