-- 10,000 products in ten categories, two variants each, a third of them sold out. Run in an empty, migrated database.
INSERT INTO categories (slug, name_en, name_ko, position)
SELECT 'category-' || n, 'Category ' || n, '분류 ' || n, n FROM generate_series(1, 10) n;

INSERT INTO products (slug, category_id, title, description, currency, price, archived, created_at)
SELECT 'product-' || n,
       (SELECT id FROM categories WHERE position = n % 10 + 1),
       'Product ' || n || CASE n % 100 WHEN 0 THEN ' 컨테이너 가방' ELSE ' 튼튼한 가방' END,
       repeat('Made in small numbers, to be used every day. ', 10) || '매일 쓰는 물건입니다.',
       'KRW', 1000 + (n * 37) % 90000, false, now() - n * interval '1 minute'
FROM generate_series(1, 10000) n;

INSERT INTO variants (product_id, sku, name, price, stock, reserved, sold)
SELECT p.id, 'SKU-' || p.id || '-' || v, 'variant ' || v, p.price + (v - 1) * 1000, CASE p.id % 3 WHEN 0 THEN 0 ELSE 20 END, 0, 0
FROM products p, generate_series(1, 2) v;
