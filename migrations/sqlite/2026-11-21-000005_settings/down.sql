DROP TABLE login_failures;
DROP TABLE settings;
