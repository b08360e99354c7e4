//! What every store must keep, kept by this one on each engine.

#[cfg(feature = "sqlite")]
mod sqlite {
    use crate::scratch::shared_sqlite;

    testkit::store_contract!(shared_sqlite);
}

#[cfg(feature = "mysql")]
mod mariadb {
    use crate::scratch::shared_mysql;

    testkit::store_contract!(shared_mysql);
}
