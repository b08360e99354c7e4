//! A letter as a mail (RFC 5322), with its invitation.

use std::time::SystemTime;

use kernel::is_one_line;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use messaging_core::Letter;
use messaging_core::ports::DeliveryFailure;

use crate::addresses::with_ascii_domain;
use crate::invitation::{Invitation, Organizer, invitation};
use crate::rendering::{Rendered, render};
use crate::templates::Templates;

/// What the invitation is called as a file.
const FILE: &str = "invitation.ics";

/// Puts a letter into a mail. Its `Message-ID` is the message's, the same at each attempt, so that a mail system can see
/// that a second copy is one. A sender without a name is called what the clinic calls itself.
pub(crate) fn mail(
    templates: &Templates,
    letter: &Letter,
    from: &Mailbox,
    host: &str,
) -> Result<Message, DeliveryFailure> {
    let Rendered { subject, text, html } = render(templates, letter).map_err(|error| never("template", &error))?;
    // lettre encodes whatever it is given; what would need it here is not a name.
    if !is_one_line(&letter.to.name) || !is_one_line(&letter.to.email) {
        return Err(DeliveryFailure::Permanent("the addressee is more than one line".to_owned()));
    }
    let address = with_ascii_domain(letter.to.email.parse().map_err(|error| never("address", &error))?);
    let organizer = Organizer { name: &letter.clinic, email: from.email.as_ref() };
    let body = match invitation(letter, &organizer, address.as_ref()) {
        None => MultiPart::alternative_plain_html(text, html),
        Some(invitation) => with_invitation(text, html, &invitation)?,
    };
    let sender = from.name.clone().unwrap_or_else(|| letter.clinic.clone());
    Message::builder()
        .from(Mailbox::new(Some(sender), from.email.clone()))
        .to(Mailbox::new(Some(letter.to.name.clone()).filter(|name| !name.is_empty()), address))
        .subject(subject)
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .date(SystemTime::from(letter.written_at))
        .multipart(body)
        .map_err(|error| never("mail", &error))
}

/// The invitation twice: as the third form of what the mail says, which mail programs with a calendar take up, and as a file
/// for all others. That is of another type, so that nobody takes it up a second time.
fn with_invitation(text: String, html: String, invitation: &Invitation) -> Result<MultiPart, DeliveryFailure> {
    let Invitation { method, text: calendar } = invitation;
    let content_type = |name: &str| ContentType::parse(name).map_err(|error| never("content type", &error));
    let shown = content_type(&format!("text/calendar; method={method}; charset=utf-8"))?;
    let attached = content_type(&format!("application/ics; charset=utf-8; name=\"{FILE}\""))?;
    let forms = MultiPart::alternative()
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html))
        .singlepart(SinglePart::builder().content_type(shown).body(calendar.clone()));
    Ok(MultiPart::mixed()
        .multipart(forms)
        .singlepart(Attachment::new(FILE.to_owned()).body(calendar.clone(), attached)))
}

fn never(what: &str, error: &dyn std::error::Error) -> DeliveryFailure {
    DeliveryFailure::Permanent(format!("{what}: {error}"))
}

#[cfg(test)]
mod slow_fuzz;
