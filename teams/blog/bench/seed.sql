-- 20 users and 1,000 articles of about 1.5 kB, each with three of twenty tags. Run in an empty, migrated database.
INSERT INTO users (username, email, password_hash, bio)
SELECT 'writer-' || n, 'writer-' || n || '@example.com', '-', 'writes about containers'
FROM generate_series(1, 20) n;

INSERT INTO articles (slug, author_id, title, description, body, body_html, tag_list, favorites_count, created_at, updated_at)
SELECT 'article-' || n,
       (SELECT id FROM users WHERE username = 'writer-' || (n % 20 + 1)),
       'Article ' || n || ' on containers',
       'What article ' || n || ' is about, in one sentence of the usual length.',
       repeat('A paragraph about images and layers. ', 40),
       '<p>' || repeat('A paragraph about images and layers. ', 40) || '</p>',
       ARRAY['tag-' || (n % 20), 'tag-' || (n % 7), 'containers'],
       n % 13,
       now() - n * interval '1 minute',
       now() - n * interval '1 minute'
FROM generate_series(1, 1000) n;
