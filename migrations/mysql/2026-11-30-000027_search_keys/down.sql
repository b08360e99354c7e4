DELETE FROM additive_migrations WHERE version = '20261130000027';
DROP TABLE searched_names;
DROP TABLE search_keys;
