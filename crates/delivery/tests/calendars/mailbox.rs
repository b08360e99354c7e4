//! A mail server that does not always work, in front of everybody's calendar.

use std::collections::BTreeMap;
use std::fs;
use std::panic::resume_unwind;
use std::sync::Mutex;

use delivery::{MailPost, Templates};
use mailparse::MailHeaderMap;
use messaging_core::Letter;
use messaging_core::ports::{DeliveryFailure, Post};

use crate::calendar::{Calendar, Order};

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Luck {
    /// It arrives.
    Arrives,
    /// It is refused for now.
    RefusedNow,
    /// It is refused for good.
    RefusedForGood,
    /// It arrives, and the worker ends before it can say so.
    WorkerEnds,
}

/// Takes mails for a while as luck will have it, and then all.
pub(crate) struct MailServer {
    folder: tempfile::TempDir,
    post: MailPost,
    calendars: Mutex<BTreeMap<String, Calendar>>,
    luck: Mutex<Vec<Luck>>,
    order: Mutex<Order>,
}

impl MailServer {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let templates = Templates::load(None).unwrap();
        let post = MailPost::folder(folder.path(), "clinic@example.org", "clinic.example", templates).unwrap();
        Self { folder, post, calendars: Mutex::default(), luck: Mutex::default(), order: Mutex::new(Order::Kept) }
    }

    /// Says what becomes of the next mails, the last first.
    pub(crate) fn has(&self, luck: Vec<Luck>) {
        *self.luck.lock().unwrap() = luck;
    }

    /// The calendar of whoever has this address.
    pub(crate) fn calendar(&self, email: &str) -> Calendar {
        self.calendars.lock().unwrap().get(email).cloned().unwrap_or_default()
    }

    fn arrive(&self, letter: &Letter) {
        self.post.deliver(letter).unwrap();
        let path = self.folder.path().join(format!("{}.eml", letter.id));
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(path).unwrap();
        let to = mailparse::parse_mail(&bytes).unwrap().headers.get_first_value("To").unwrap();
        let to = mailparse::addrparse(&to).unwrap().extract_single_info().unwrap();
        self.calendars.lock().unwrap().entry(to.addr).or_default().take_up(&bytes, *self.order.lock().unwrap());
    }
}

impl Post for MailServer {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        let luck = self.luck.lock().unwrap().pop().unwrap_or(Luck::Arrives);
        match luck {
            Luck::Arrives => {
                self.arrive(letter);
                Ok(())
            }
            Luck::RefusedNow => Err(DeliveryFailure::Transient("later".to_owned())),
            Luck::RefusedForGood => Err(DeliveryFailure::Permanent("never".to_owned())),
            Luck::WorkerEnds => {
                self.arrive(letter);
                *self.order.lock().unwrap() = Order::Unsure;
                resume_unwind(Box::new("the worker ends"))
            }
        }
    }
}
