//! The post: SMTP, or a folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Message, SmtpTransport, Transport};
use messaging_core::Letter;
use messaging_core::ports::{DeliveryFailure, Post};
use thiserror::Error;

use crate::addresses::with_ascii_domain;
use crate::mail::mail;
use crate::templates::Templates;

/// How long the mail server may be silent.
const SILENCE_SECONDS_MAX: u64 = 10;

/// How long a connection to the mail server is kept for the next mail.
const IDLE_SECONDS_MAX: u64 = 20;

/// Hands mails over.
#[derive(Debug)]
pub struct MailPost {
    templates: Templates,
    from: Mailbox,
    host: String,
    carrier: Carrier,
}

#[derive(Debug)]
enum Carrier {
    Smtp(Box<SmtpTransport>),
    Folder(PathBuf),
}

/// This is not the address of a mail server, or not a sender; which it was is not repeated, for it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not an address of a mail server or not a sender")]
pub struct NotAnSmtpUrl;

/// Whether this is the address of a mail server: `smtp://user:password@host:port?tls=required`, `smtps://…`.
pub fn is_smtp_url(url: &str) -> bool {
    SmtpTransport::from_url(url).is_ok()
}

/// Whether mails can come from this: `clinic@example.org`, or `Clinic <clinic@example.org>`.
pub fn is_sender(text: &str) -> bool {
    sender(text).is_some()
}

fn sender(text: &str) -> Option<Mailbox> {
    let Mailbox { name, email } = text.parse().ok()?;
    Some(Mailbox { name, email: with_ascii_domain(email) })
}

impl MailPost {
    /// Hands mails to the mail server at this address, from this sender; `host` names the installation in the ids of mails
    /// and visits.
    ///
    /// # Errors
    /// When the address or the sender is not one.
    pub fn smtp(url: &str, from: &str, host: &str, templates: Templates) -> Result<Self, NotAnSmtpUrl> {
        let timeout = Some(Duration::from_secs(SILENCE_SECONDS_MAX));
        let connections = PoolConfig::new().idle_timeout(Duration::from_secs(IDLE_SECONDS_MAX));
        let transport = SmtpTransport::from_url(url).map_err(|_| NotAnSmtpUrl)?;
        let transport = transport.timeout(timeout).pool_config(connections).build();
        let from = sender(from).ok_or(NotAnSmtpUrl)?;
        Ok(Self { templates, from, host: host.to_owned(), carrier: Carrier::Smtp(Box::new(transport)) })
    }

    /// Writes mails into this folder, as `<message id>.eml`.
    ///
    /// # Errors
    /// When the sender is not one.
    pub fn folder(folder: &Path, from: &str, host: &str, templates: Templates) -> Result<Self, NotAnSmtpUrl> {
        let from = sender(from).ok_or(NotAnSmtpUrl)?;
        Ok(Self { templates, from, host: host.to_owned(), carrier: Carrier::Folder(folder.to_owned()) })
    }
}

impl Post for MailPost {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        let mail = mail(&self.templates, letter, &self.from, &self.host)?;
        match &self.carrier {
            Carrier::Smtp(transport) => transport.send(&mail).map(|_| ()).map_err(|error| failure(&error, &mail)),
            Carrier::Folder(folder) => write(folder, &format!("{}.eml", letter.id), &mail)
                .map_err(|error| DeliveryFailure::Transient(format!("{}: {error}", folder.display()))),
        }
    }
}

/// What a mail server's refusal means. That it does not know us (RFC 4954, 6: 530, 534, 535, 538) is for the
/// administrator to mend, and no fault of the message. An addressee whom it has no way to name will never be reached.
fn failure(error: &SmtpError, mail: &Message) -> DeliveryFailure {
    let code = error.status().map(u16::from);
    let is_about_us = code.is_some_and(|code| (530..540).contains(&code));
    let is_hopeless = error.is_permanent() && !is_about_us;
    if is_hopeless || cannot_name_addressee(error, mail) {
        DeliveryFailure::Permanent(error.to_string())
    } else {
        DeliveryFailure::Transient(error.to_string())
    }
}

/// Whether the server takes ASCII addresses only, and this addressee has another one. lettre says so without a kind of its
/// own; a test tells when its words change.
fn cannot_name_addressee(error: &SmtpError, mail: &Message) -> bool {
    let is_ascii = mail.envelope().to().iter().all(|address| AsRef::<str>::as_ref(address).is_ascii());
    error.is_client() && !is_ascii && error.to_string().contains("SMTPUTF8")
}

/// Names and links are in a mail: the file is its owner's alone, and there as a whole or not at all. What is not whole yet
/// has another ending, so that a program that looks for mails in the folder passes it over.
fn write(folder: &Path, name: &str, mail: &Message) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let partial = folder.join(format!(".{name}.partial"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(&mail.formatted())?;
    file.sync_all()?;
    fs::rename(partial, folder.join(name))
}
