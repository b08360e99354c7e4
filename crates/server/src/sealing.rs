//! What is kept of the audit log in the folder of the keys, where who can write to the database cannot.

use application::audit::{Head, SealKeeper};
use credentials::{HeadFile, KeyError, SealKey};
use secrecy::ExposeSecret;

use crate::config::Config;

/// The folder of the keys, for the log of one database.
pub(crate) struct BesideKeys {
    key: Option<SealKey>,
    file: HeadFile,
}

impl BesideKeys {
    /// With a key, which is made where there is none yet.
    pub(crate) fn load_or_make(config: &Config) -> Result<Self, KeyError> {
        Ok(Self { key: Some(SealKey::load_or_make(&config.keys_dir)?), file: head_file(config) })
    }

    /// With what is there.
    pub(crate) fn load(config: &Config) -> Result<Self, KeyError> {
        Ok(Self { key: SealKey::load(&config.keys_dir)?, file: head_file(config) })
    }

    /// What is wrong with the file that keeps the end of the log, if it is there.
    pub(crate) fn fault(&self) -> Option<String> {
        let path = self.file.path().display();
        match self.file.read() {
            Ok(line) => {
                line.filter(|line| line.parse::<Head>().is_err()).map(|_| format!("{path} holds no end of a log"))
            }
            Err(error) => Some(format!("{path}: {error}")),
        }
    }
}

/// The file that keeps the end of the log in this database. It is named after where the database is, without the password:
/// whoever can write to the database cannot give it another name, and another database does not go on from this one.
fn head_file(config: &Config) -> HeadFile {
    let database = match config.database_file() {
        Some(path) => path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string(),
        None => without_user(config.database_url.expose_secret()),
    };
    HeadFile::of(&config.keys_dir, &database)
}

fn without_user(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, place)| place)),
        None => url.to_owned(),
    }
}

impl SealKeeper for BesideKeys {
    fn mac(&self, seq: u64, hash: &[u8; 32]) -> Option<[u8; 32]> {
        self.key.as_ref().map(|key| key.mac(seq, hash))
    }

    fn head(&self) -> Option<Head> {
        match self.file.read() {
            Ok(line) => line?.parse().ok(),
            Err(error) => {
                log::warn!("{}: {error}", self.file.path().display());
                None
            }
        }
    }

    fn keep(&self, head: &Head) {
        if let Err(error) = self.file.write(&head.to_string()) {
            log::warn!("{}: {error}", self.file.path().display());
        }
    }

    fn differs(&self, head: &Head) {
        log::error!(
            "the audit log does not go on from seal {}, which {} has kept: run slotkeeper check",
            head.seq,
            self.file.path().display()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::without_user;

    #[test]
    fn a_database_is_named_without_who_opens_it() {
        for (url, name) in [
            ("mysql://clinic:p@ss@db.example:3306/clinic", "mysql://db.example:3306/clinic"),
            ("mysql://db.example/clinic", "mysql://db.example/clinic"),
            ("clinic.db", "clinic.db"),
        ] {
            assert_eq!(without_user(url), name);
        }
    }
}
