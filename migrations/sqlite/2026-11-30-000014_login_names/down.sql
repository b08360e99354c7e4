DROP INDEX accounts_by_password /*! ON accounts */;
ALTER TABLE accounts DROP COLUMN password_set_at;
DROP TABLE login_names;
