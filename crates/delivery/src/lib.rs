//! Puts letters into words and hands them over: by SMTP, or into a folder where no mail server is set.

mod addresses;
mod invitation;
mod mail;
mod post;
mod rendering;
mod sample;
mod templates;

pub use post::{MailPost, NotAnSmtpUrl, is_sender, is_smtp_url};
pub use templates::{TemplateMistakes, Templates};
