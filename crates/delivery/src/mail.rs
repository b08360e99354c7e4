//! A letter as a mail (RFC 5322), with its invitation.

use std::time::SystemTime;

use kernel::is_one_line;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use messaging_core::Letter;
use messaging_core::ports::DeliveryFailure;

use crate::invitation::{Invitation, Organizer, invitation};
use crate::rendering::render;
use crate::templates::Templates;

/// Puts a letter into a mail. Its `Message-ID` is the message's, the same at each attempt, so that a mail system can see
/// that a second copy is one.
pub(crate) fn mail(
    templates: &Templates,
    letter: &Letter,
    from: &Mailbox,
    host: &str,
) -> Result<Message, DeliveryFailure> {
    let rendered = render(templates, letter).map_err(|error| never("template", &error))?;
    // lettre encodes whatever it is given; what would need it here is not a name.
    if !is_one_line(&letter.to.name) || !is_one_line(&letter.to.email) {
        return Err(DeliveryFailure::Permanent("the addressee is more than one line".to_owned()));
    }
    let address = letter.to.email.parse().map_err(|error| never("address", &error))?;
    let organizer = Organizer { name: &letter.clinic, email: from.email.as_ref() };
    let words = MultiPart::alternative_plain_html(rendered.text, rendered.html);
    let body = match invitation(letter, &organizer, host) {
        None => words,
        Some(invitation) => MultiPart::mixed().multipart(words).singlepart(attached(invitation)?),
    };
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(Some(letter.to.name.clone()).filter(|name| !name.is_empty()), address))
        .subject(rendered.subject)
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .date(SystemTime::from(letter.written_at))
        .multipart(body)
        .map_err(|error| never("mail", &error))
}

fn attached(Invitation { method, text }: Invitation) -> Result<SinglePart, DeliveryFailure> {
    let content_type = ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"))
        .map_err(|error| never("content type", &error))?;
    Ok(Attachment::new("invitation.ics".to_owned()).body(text, content_type))
}

fn never(what: &str, error: &dyn std::error::Error) -> DeliveryFailure {
    DeliveryFailure::Permanent(format!("{what}: {error}"))
}

#[cfg(test)]
mod slow_fuzz;
