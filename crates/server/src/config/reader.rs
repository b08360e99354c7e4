//! Taking one setting after the other out of the layers, and collecting what is wrong with them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use actix_web::http::Uri;
use application::Settings;
use application::settings::{SETTINGS, Setting};
use config::builder::DefaultState;
use config::{Config as Layers, ConfigBuilder, ConfigError, Environment, File, FileFormat, Value, ValueKind};
use http_actix::Rate;
use ipnet::IpNet;
use kernel::{is_blank, is_one_line};
use secrecy::SecretString;
use time_zones::Loaded;

use super::public_url::is_host_and_port;
use super::{Flags, Mistakes, Variables};

/// What our variables begin with.
pub(crate) const PREFIX: &str = "SLOTKEEPER_";

/// A name of a place has no more characters.
const LINE_CHARS_MAX: usize = 200;

/// The settings that were given and not yet taken, and what is wrong with those that were.
pub(crate) struct Reader {
    given: HashMap<String, Given>,
    bind_is_a_flag: bool,
    mistakes: Vec<String>,
}

/// A value, and what somebody who wants to change it looks for.
struct Given {
    value: Value,
    label: String,
}

impl Reader {
    /// Puts the layers over each other.
    pub(crate) fn new(flags: &Flags, variables: &Variables) -> Self {
        let mut reader = Self {
            given: HashMap::new(),
            bind_is_a_flag: flags.settings.iter().any(|(name, _)| *name == "bind"),
            mistakes: Vec::new(),
        };
        let named = variables.get("SLOTKEEPER_CONFIG").filter(|path| !path.is_empty());
        if let Some(path) = flags.file.clone().or_else(|| named.map(PathBuf::from)) {
            let source = File::from(path.as_path()).format(FileFormat::Toml);
            reader.put(&Layers::builder().add_source(source), |name| format!("{name} in {}", path.display()));
        }
        let ours =
            variables.iter().filter(|(name, _)| *name != "SLOTKEEPER_CONFIG" && !name.starts_with("SLOTKEEPER_TEST_"));
        let ours = ours.map(|(name, value)| (name.clone(), value.clone())).collect();
        let environment = Environment::with_prefix("SLOTKEEPER").ignore_empty(true).source(Some(ours));
        reader.put(&Layers::builder().add_source(environment), |name| format!("{PREFIX}{}", name.to_uppercase()));
        for (name, text) in &flags.settings {
            let label = format!("--{}", name.replace('_', "-"));
            reader.given.insert((*name).to_owned(), Given { value: text.as_str().into(), label });
        }
        reader
    }

    /// Puts one layer over those before.
    fn put(&mut self, layer: &ConfigBuilder<DefaultState>, label: impl Fn(&str) -> String) {
        match layer.build_cloned().and_then(|layer| layer.cache.into_table()) {
            Ok(table) => self.given.extend(table.into_iter().map(|(name, value)| {
                let label = label(&name);
                (name, Given { value, label })
            })),
            Err(error) => self.mistakes.push(without_excerpt(&error)),
        }
    }

    /// One setting; its default where it was not given or is a mistake.
    pub(crate) fn take<T>(
        &mut self,
        name: &str,
        default: T,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let Some(Given { value, label }) = self.given.remove(name) else { return default };
        let text = text_of(&value);
        text.as_deref().filter(|text| is_clean(text)).and_then(parse).unwrap_or_else(|| {
            self.mistakes.push(match text {
                // Perhaps the address of the database or of a mail server in the wrong place, with its password.
                Some(text) if text.contains("://") => format!("{label} must be {allowed}"),
                Some(text) => format!("{label} is {text:?}; it must be {allowed}"),
                None => format!("{label} is more than a single value; it must be {allowed}"),
            });
            default
        })
    }

    /// A whole number in a range.
    pub(crate) fn number(&mut self, name: &str, default: u32, range: RangeInclusive<u32>) -> u32 {
        let allowed = format!("a whole number from {} to {}", range.start(), range.end());
        self.take(name, default, &allowed, |text| number_in(text, &range))
    }

    /// How often something may be asked.
    pub(crate) fn rate(&mut self, name: &str, default: Rate) -> Rate {
        let allowed = format!("a burst and a number a minute, each from 1 to {}, such as {default}", Rate::MAX);
        self.take(name, default, &allowed, |text| text.parse().ok())
    }

    /// `on` or `off`.
    pub(crate) fn switch(&mut self, name: &str, default: bool) -> bool {
        self.take(name, default, "on or off", |text| match text {
            "on" | "true" => Some(true),
            "off" | "false" => Some(false),
            _ => None,
        })
    }

    /// A name that people read.
    pub(crate) fn line(&mut self, name: &str, default: &str) -> String {
        let allowed = format!("one line of 1 to {LINE_CHARS_MAX} characters");
        self.take(name, default.to_owned(), &allowed, |text| {
            let fits = !is_blank(text) && text.chars().count() <= LINE_CHARS_MAX;
            fits.then(|| text.trim().to_owned())
        })
    }

    /// A folder.
    pub(crate) fn path(&mut self, name: &str, default: PathBuf) -> PathBuf {
        self.take(name, default, "a folder", |text| (!text.is_empty()).then(|| PathBuf::from(text)))
    }

    /// The rules of time zones, in this folder or else the newest there are.
    pub(crate) fn time_zones(&mut self, name: &str) -> Loaded {
        let label = self.given.get(name).map(|given| given.label.clone());
        let folder = self.take(name, None, "a folder", |text| (!text.is_empty()).then(|| Some(PathBuf::from(text))));
        time_zones::load(folder.as_deref()).unwrap_or_else(|error| {
            self.mistakes.push(format!("{}: {error}", label.unwrap_or_default()));
            Loaded::built_in()
        })
    }

    /// What an administrator can change later, each setting by its name.
    pub(crate) fn settings(&mut self) -> (Settings, Vec<&'static Setting>) {
        let configured = SETTINGS.iter().filter(|setting| self.given.contains_key(setting.name)).collect();
        let mut settings = Settings::default();
        for setting in &SETTINGS {
            self.take(setting.name, (), &setting.shape.to_string(), |text| setting.put(&mut settings, text));
        }
        (settings, configured)
    }

    /// Web origins (RFC 6454, 6.2), with commas between; none where the text is empty.
    pub(crate) fn origins(&mut self, name: &str) -> Vec<String> {
        let allowed = "origins such as https://clinic.example or http://localhost:3000, with commas between";
        self.take(name, Vec::new(), allowed, |text| {
            list_of(text, |origin| is_origin(origin).then(|| origin.to_owned()))
        })
    }

    /// Networks, each as one address or in CIDR notation (RFC 4632), with commas between; none where the text is empty.
    pub(crate) fn networks(&mut self, name: &str) -> Vec<IpNet> {
        let allowed = "addresses and networks such as 10.0.0.7 or 10.0.0.0/8, with commas between";
        self.take(name, Vec::new(), allowed, |text| list_of(text, network))
    }

    /// Where to listen.
    pub(crate) fn bind(&mut self, port: Option<&str>) -> SocketAddr {
        let allowed = "an address and a port such as 127.0.0.1:8080 or [::]:8080";
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let mut bind = self.take("bind", default, allowed, |text| text.parse().ok());
        if let Some(port) = port.filter(|port| !port.is_empty() && !self.bind_is_a_flag) {
            match port.parse() {
                Ok(port) => bind.set_port(port),
                Err(_) => self.mistakes.push(format!("PORT is {port:?}; it must be a whole number from 0 to 65535")),
            }
        }
        bind
    }

    /// Where the database is. What was given may hold a password, so it is never repeated.
    pub(crate) fn database_url(&mut self, data_dir: &Path) -> SecretString {
        let default = || format!("sqlite://{}", data_dir.join("slotkeeper.db").display()).into();
        let Some(Given { value, label }) = self.given.remove("database_url") else { return default() };
        text_of(&value).filter(|text| is_clean(text) && is_database_url(text)).map_or_else(
            || {
                let allowed = if cfg!(feature = "mysql") {
                    "sqlite://path or mysql://user:password@host:port/database"
                } else {
                    "sqlite://path (this program was built without the feature mysql)"
                };
                self.mistakes.push(format!("{label} must be {allowed}"));
                default()
            },
            SecretString::from,
        )
    }

    /// A setting that may hold a password, so it is never repeated.
    pub(crate) fn secret(&mut self, name: &str, allowed: &str, is_good: fn(&str) -> bool) -> Option<SecretString> {
        let Given { value, label } = self.given.remove(name)?;
        let text = text_of(&value).filter(|text| is_clean(text) && is_good(text));
        if text.is_none() {
            self.mistakes.push(format!("{label} must be {allowed}"));
        }
        text.map(SecretString::from)
    }

    /// Ends the reading: what was not taken does not exist.
    ///
    /// # Errors
    /// When anything was wrong.
    pub(crate) fn finish(mut self) -> Result<(), Mistakes> {
        let unknown = self.given.values().map(|given| format!("{}: there is no such setting", given.label));
        self.mistakes.extend(unknown);
        self.mistakes.sort_unstable();
        if self.mistakes.is_empty() { Ok(()) } else { Err(Mistakes(self.mistakes)) }
    }
}

/// A parser shows the line it stumbled over, which may hold a password: first and last line say where and why.
fn without_excerpt(error: &ConfigError) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    lines.next_back().map_or_else(|| first.to_owned(), |last| format!("{first}: {last}"))
}

/// A single value as text, a list with commas between.
fn text_of(value: &Value) -> Option<String> {
    if let ValueKind::Array(items) = &value.kind {
        let items: Option<Vec<_>> = items.iter().map(text_of).collect();
        return items.map(|items| items.join(","));
    }
    value.clone().into_string().ok()
}

/// Whether this can be meant: no setting has control characters, and U+FFFD stands for what was not Unicode.
fn is_clean(text: &str) -> bool {
    is_one_line(text) && !text.contains(char::REPLACEMENT_CHARACTER)
}

fn number_in(text: &str, range: &RangeInclusive<u32>) -> Option<u32> {
    text.parse().ok().filter(|number| range.contains(number))
}

/// What stands between commas, if all of it is good.
fn list_of<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|_| !text.trim().is_empty()).map(parse).collect()
}

fn network(text: &str) -> Option<IpNet> {
    let alone = text.parse::<IpAddr>().ok().map(|address| address.to_canonical().into());
    alone.or_else(|| text.parse().ok())
}

/// Whether a browser can send this origin: without what it would leave out, and one host, which a pattern is not.
fn is_origin(text: &str) -> bool {
    let uri = text.parse::<Uri>().ok();
    let parts = uri.as_ref().and_then(|uri| uri.scheme_str().zip(uri.authority()));
    parts.is_some_and(|(scheme, authority)| {
        let canonical = format!("{scheme}://{authority}").to_lowercase();
        let own_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return false,
        };
        canonical == text
            && is_host(authority.host())
            && authority.port_u16() != Some(own_port)
            && is_host_and_port(authority)
    })
}

/// A name of letters, digits, `-`, `_` and dots, or an address of IPv6 in brackets.
fn is_host(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.map_or_else(
        || !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)),
        |address| address.parse::<Ipv6Addr>().is_ok(),
    )
}

fn is_database_url(text: &str) -> bool {
    let rest = text.strip_prefix("sqlite://");
    let rest = rest.or_else(|| text.strip_prefix("mysql://").filter(|_| cfg!(feature = "mysql")));
    rest.is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const NETWORKS: &[&str] = &["10.0.0.7", "10.0.0.0/8", "2001:db8::/32", "::ffff:10.0.0.1", "0.0.0.0/0"];
    const ORIGINS: &[&str] = &["https://clinic.example", "http://localhost:3000", "https://[2001:db8::1]"];

    proptest! {
        #[test]
        fn a_network_is_read_as_it_is_written(text in fuzz::text(NETWORKS)) {
            if let Some(read) = network(&text) {
                prop_assert_eq!(network(&read.to_string()), Some(read));
                prop_assert_eq!(text.contains('/'), text != read.addr().to_string() && text.parse::<IpAddr>().is_err());
            }
        }

        #[test]
        fn an_origin_is_a_scheme_and_a_host_in_small_letters(text in fuzz::text(ORIGINS)) {
            if is_origin(&text) {
                let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
                prop_assert!(!host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']), "{}", text);
                prop_assert_eq!(&text.to_lowercase(), &text);
            }
        }

        #[test]
        fn a_number_is_within_its_range(text in fuzz::text(&["4", "12", "16", "1000"])) {
            prop_assert!(number_in(&text, &(4..=16)).is_none_or(|number| (4..=16).contains(&number)));
        }
    }
}
