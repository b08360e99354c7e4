//! A request from its beginning to its answer.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use application::delivering::Stationery;
use application::idempotency::{Outcome, Retry};
use application::ports::Labels;
use application::{App, Error};
use kernel::{AppointmentId, Expected, StoreError};
use messaging_core::Letter;
use messaging_core::ports::{DeliveryFailure, Post};
use scheduling_core::publishing::{Obstacle, Obstacles};
use scheduling_core::{Appointment, Slot};

use super::asking::{Ask, Asked, Said, next};
use super::world::{Ended, World};

impl World {
    /// Makes one request, within which others may be made.
    pub(super) fn request(&self) {
        let asked = {
            let inside = &mut *self.inside();
            inside.left = inside.left.saturating_sub(1);
            next(inside, &self.plan)
        };
        self.make(&asked);
    }

    /// Makes this request.
    pub(super) fn make(&self, asked: &Asked) {
        let (number, depth) = self.enter(asked.clone());
        let done = catch_unwind(AssertUnwindSafe(|| self.done(&self.node(asked.node), asked)));
        self.leave(depth);
        let inside = &mut *self.inside();
        let rates = inside.engine.rates;
        let said = match done {
            Ok(Said::Visit { .. }) if asked.has_key && inside.dice.happens(rates.cut) => Said::Nothing,
            Ok(said) => said,
            Err(payload) if payload.is::<Ended>() => Said::Nothing,
            Err(payload) => resume_unwind(payload),
        };
        match &said {
            Said::Refused(_) => inside.tally.refused += 1,
            Said::Failed(_) => inside.tally.failed += 1,
            Said::Unknown => inside.tally.unsure += 1,
            Said::Nothing => inside.tally.cut += 1,
            Said::Visit { .. } | Said::Slots(_) | Said::Done => inside.tally.answered += 1,
        }
        inside.asked[number].said = said;
        if inside.asked[number].is_unsettled() {
            inside.unsettled.push(number);
        }
    }

    fn done(&self, app: &App, asked: &Asked) -> Said {
        let (who, key) = (&asked.who, asked.key());
        let retry = key.as_deref().map(|key| Retry { key, fingerprint: [7; 32], status: 200, body: shown });
        let reason = || Some("so it is".to_owned());
        match &asked.ask {
            Ask::Book(booking) => self.visit(app.book(who, booking, retry)),
            Ask::Move(id, target) => self.visit(app.reschedule(who, *id, *target, reason(), retry)),
            Ask::Cancel(id) => self.visit(app.cancel(who, *id, None, reason(), retry)),
            Ask::Advance(id, step) => self.visit(app.advance(who, *id, *step, None, retry)),
            Ask::Reinstate(id) => self.visit(app.reinstate(who, *id, None, retry)),
            Ask::Amend(id, expected) => {
                let words = application::Edit::Set("Cough".to_owned());
                self.visit(
                    app.amend(who, *id, &words, &application::Edit::Keep, expected)
                        .map(|(visit, labels)| Outcome::Done(visit, labels)),
                )
            }
            Ask::Publish(doctor, interval) => {
                slots(app.publish_slot(who, Some(*doctor), *interval).map(|entry| vec![entry.slot]))
            }
            Ask::PublishMany(doctor, hours) => {
                let obstacles = Obstacles { overlap: Obstacle::Skip, past: Obstacle::Skip };
                slots(app.publish_slots(who, Some(*doctor), hours, obstacles).map(|published| published.created))
            }
            Ask::ChangeSlot(id, edit) => {
                slots(app.change_slot(who, *id, *edit, &Expected::Any).map(|entry| vec![entry.slot]))
            }
            Ask::RemoveSlots(ids) => done(app.remove_slots(who, ids)),
            Ask::Close(account) => done(app.deactivate_account(who, *account)),
            Ask::Open(account) => done(app.activate_account(who, *account)),
            Ask::Deliver(letters) => {
                let left = Cell::new(*letters);
                let goes_on = || left.replace(left.get().saturating_sub(1)) != 0;
                let stationery = Stationery {
                    public_url: "https://clinic.example".to_owned(),
                    calendar_domain: "clinic.example".to_owned(),
                };
                done(app.deliver_due(&PostOffice(self), &stationery, 1, &goes_on).map_err(Error::from))
            }
            Ask::MarkNoShows => done(app.mark_no_shows().map_err(Error::from)),
            Ask::Expire => done(app.expire_requests().map_err(Error::from)),
            Ask::Sweep => done(app.sweep().map_err(Error::from)),
            Ask::LookUp(id, revision) => {
                let found = app.appointment(who, *id);
                let is_there = match &found {
                    Ok(entry) => *revision <= entry.appointment.revision,
                    Err(Error::Store(_)) => true,
                    Err(_) => false,
                };
                if !is_there {
                    self.inside()
                        .watch
                        .blame(format!("{id} was answered at {revision:?}, and then found as {found:?}"));
                }
                done(found)
            }
        }
    }

    fn visit(&self, outcome: Result<Outcome, Error>) -> Said {
        match outcome {
            Ok(Outcome::Done(visit, labels)) => {
                Said::Visit { subject: visit.id, revision: visit.revision, body: shown(&visit, &labels) }
            }
            Ok(Outcome::Replayed { body, subject, revision, .. }) => {
                self.inside().tally.replayed += 1;
                Said::Visit { subject: AppointmentId::new(subject), revision, body }
            }
            Err(error) => no(error),
        }
    }
}

/// All that an answer shows of a visit.
fn shown(visit: &Appointment, labels: &Labels) -> String {
    format!("{visit:?} {labels:?}")
}

fn slots(result: Result<Vec<Slot>, Error>) -> Said {
    result.map_or_else(no, Said::Slots)
}

fn done<T>(result: Result<T, Error>) -> Said {
    result.map_or_else(no, |_| Said::Done)
}

fn no(error: Error) -> Said {
    match error {
        Error::Store(StoreError::OutcomeUnknown { .. }) => Said::Unknown,
        Error::Store(error) => Said::Failed(error),
        Error::Refused(refusal) => Said::Refused(refusal.to_string()),
        Error::Credentials(failure) => panic!("{failure}"),
    }
}

/// Takes letters, or does not.
struct PostOffice<'a>(&'a World);

impl Post for PostOffice<'_> {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        self.0.meanwhile(None);
        {
            let inside = &mut *self.0.inside();
            let worker = inside.under_way().expect("somebody delivers");
            let rates = inside.engine.rates;
            if inside.dice.happens(rates.undelivered) {
                inside.tally.undelivered += 1;
                let reason = "no".to_owned();
                return Err(if inside.dice.happens(100) {
                    inside.watch.post.given_up(letter.id);
                    DeliveryFailure::Permanent(reason)
                } else {
                    DeliveryFailure::Transient(reason)
                });
            }
            inside.tally.letters += 1;
            inside.tally.copies += u64::from(inside.watch.post.handed_over(letter.id, worker));
        }
        self.0.meanwhile(None);
        Ok(())
    }
}
