//! What a message about a visit does to the calendar of its addressee (RFC 5546), by what they were told before.

use chrono::{DateTime, TimeDelta, Utc};

use kernel::Revision;

use crate::retrying::is_over;
use crate::{About, Message, MessageKind, MessageStatus, Posted};

/// How long a message waits at least for one before it that is on its way.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// What an invitation asks of a calendar (RFC 5546, 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Enter the visit, or change it.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    /// What a message of this kind asks for, if the addressee's calendar is to know of it.
    pub const fn of(kind: MessageKind) -> Option<Self> {
        match kind {
            MessageKind::Booked | MessageKind::Pending | MessageKind::Confirmed | MessageKind::Moved => {
                Some(Self::Request)
            }
            MessageKind::Cancelled | MessageKind::Refused => Some(Self::Cancel),
            MessageKind::VerifyEmail | MessageKind::ResetPassword | MessageKind::Invitation => None,
        }
    }
}

/// Whether a message about a visit can be sent now, and with which invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// An earlier message about the visit is still to be sent, so it waits until then.
    After(DateTime<Utc>),
    /// Now; without an invitation where the calendar is to stay as it is.
    Now(Option<Method>),
}

/// Another message to the same addressee about the same visit, with what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other {
    message: Message,
    status: MessageStatus,
    may_have_arrived: bool,
}

impl Other {
    /// `logged` is of how many attempts the delivery log tells: one that is missing was made by a worker that ended before
    /// it could say how, and counts as one that arrived; unless the message is waiting, when that worker may still be at it.
    pub fn new(posted: &Posted, logged: u32) -> Self {
        let is_unclear = posted.status != MessageStatus::Waiting && logged < posted.attempts;
        // Whatever becomes of it when it is sent again, it has arrived once.
        let may_have_arrived = posted.sent_at.is_some() || is_unclear;
        Self { message: posted.message, status: posted.status, may_have_arrived }
    }

    fn revision(&self) -> Option<Revision> {
        self.message.about.map(|about| about.revision)
    }
}

/// Whether this message can be sent, and what it then does to the calendar of its addressee.
///
/// An addressee is told of the changes of a visit in their order, so that what was told before is known. A visit is taken
/// out of a calendar only where it is: where the latest message that arrived had entered it. One that was skipped or given
/// up has entered nothing. A message that is sent again after a later one has arrived leaves the calendar alone.
pub fn decide_turn(message: &Message, others: &[Other], now: DateTime<Utc>) -> Turn {
    let Some(About { revision, .. }) = message.about else { return Turn::Now(None) };
    let earlier = || others.iter().filter(|other| other.revision() < Some(revision));
    if let Some(first) = earlier().find(|other| other.status == MessageStatus::Waiting) {
        let due_at = first.message.due_at;
        return Turn::After(if is_over(due_at, now) { now + PAUSE } else { due_at });
    }
    if others.iter().any(|other| other.may_have_arrived && Some(revision) < other.revision()) {
        return Turn::Now(None);
    }
    let latest = earlier().filter(|other| other.may_have_arrived).max_by_key(|other| other.revision());
    let is_entered = latest.and_then(|latest| Method::of(latest.message.kind)) == Some(Method::Request);
    Turn::Now(Method::of(message.kind).filter(|method| *method == Method::Request || is_entered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Addressee;
    use kernel::{AppointmentId, MessageId, PatientId};
    use uuid::Uuid;

    use MessageKind::{Booked, Cancelled, Confirmed, Moved, Pending, Refused};
    use MessageStatus::{Dead, Sent, Skipped, Waiting};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn told(number: u32, kind: MessageKind, status: MessageStatus) -> Posted {
        let id = |number: u32| Uuid::from_u128(u128::from(number));
        let about = About { appointment: AppointmentId::new(id(7)), revision: Revision::new(number).unwrap() };
        let message = Message {
            id: MessageId::new(id(number)),
            kind,
            to: Addressee::Patient(PatientId::new(id(9))),
            about: Some(about),
            created_at: now(),
            due_at: now(),
        };
        let sent_at = (status == Sent).then(now);
        Posted { message, status, attempts: 1, failures: 0, sent_at, last_error: None }
    }

    /// The turn of the one at `at`, if each attempt of the others is in the log.
    fn turn(posted: &[Posted], at: usize) -> Turn {
        let others: Vec<Other> = posted.iter().map(|other| Other::new(other, other.attempts)).collect();
        decide_turn(&posted[at].message, &others, now())
    }

    fn last(steps: &[(MessageKind, MessageStatus)]) -> Option<Method> {
        let posted: Vec<Posted> =
            (1..).zip(steps).map(|(number, (kind, status))| told(number, *kind, *status)).collect();
        match turn(&posted, posted.len() - 1) {
            Turn::Now(method) => method,
            Turn::After(until) => unreachable!("nothing is waited for: {until}"),
        }
    }

    #[test]
    fn what_is_to_come_is_entered() {
        for kind in [Booked, Pending, Confirmed, Moved] {
            assert_eq!(last(&[(kind, Waiting)]), Some(Method::Request), "{kind}");
            assert_eq!(last(&[(Booked, Sent), (Cancelled, Sent), (kind, Waiting)]), Some(Method::Request), "{kind}");
        }
    }

    #[test]
    fn what_is_called_off_goes_only_from_a_calendar_in_which_it_is() {
        for kind in [Cancelled, Refused] {
            for entered in [Booked, Pending, Confirmed, Moved] {
                assert_eq!(last(&[(entered, Sent), (kind, Waiting)]), Some(Method::Cancel), "{entered} {kind}");
                for status in [Dead, Skipped] {
                    assert_eq!(last(&[(entered, status), (kind, Waiting)]), None, "{entered} {status} {kind}");
                    let before = [(Booked, Sent), (entered, status), (kind, Waiting)];
                    assert_eq!(last(&before), Some(Method::Cancel), "{entered} {status} {kind}");
                }
            }
            assert_eq!(last(&[(kind, Waiting)]), None, "nobody was invited");
            assert_eq!(last(&[(Booked, Sent), (kind, Sent), (kind, Waiting)]), None, "it is gone");
            assert_eq!(
                last(&[(Booked, Sent), (kind, Dead), (kind, Waiting)]),
                Some(Method::Cancel),
                "it is still there"
            );
        }
    }

    #[test]
    fn changes_are_told_in_their_order() {
        let until = now() + TimeDelta::minutes(5);
        let mut posted = vec![told(1, Booked, Waiting), told(2, Moved, Waiting), told(3, Cancelled, Waiting)];
        assert_eq!(turn(&posted, 0), Turn::Now(Some(Method::Request)));
        assert_eq!(turn(&posted, 2), Turn::After(now() + PAUSE), "it is on its way");
        posted[0].message.due_at = until;
        assert_eq!(turn(&posted, 1), Turn::After(until));
        posted[0].message.due_at = now() + TimeDelta::days(365);
        assert_eq!(turn(&posted, 1), Turn::After(now() + PAUSE), "it is due, whatever a clock that ran ahead has said");
    }

    #[test]
    fn what_is_sent_again_too_late_leaves_the_calendar_alone() {
        for (later, status) in [(Cancelled, Sent), (Moved, Sent)] {
            let posted = [told(1, Booked, Waiting), told(2, later, status)];
            assert_eq!(turn(&posted, 0), Turn::Now(None), "{later} {status}");
        }
        let posted = [told(1, Booked, Waiting), told(2, Cancelled, Dead)];
        assert_eq!(turn(&posted, 0), Turn::Now(Some(Method::Request)), "nothing later has arrived");
        // It had arrived before it was sent again and given up.
        let again = Posted { sent_at: Some(now()), ..told(2, Moved, Dead) };
        assert_eq!(turn(&[told(1, Booked, Waiting), again.clone()], 0), Turn::Now(None));
        assert_eq!(turn(&[again, told(3, Cancelled, Waiting)], 1), Turn::Now(Some(Method::Cancel)));
    }

    #[test]
    fn what_a_worker_could_not_tell_of_counts_as_arrived() {
        let [booked, cancelled] = [told(1, Booked, Dead), told(2, Cancelled, Dead)];
        let turn = |of: &Posted, other: &Posted, logged| decide_turn(&of.message, &[Other::new(other, logged)], now());
        assert_eq!(turn(&cancelled, &booked, 1), Turn::Now(None));
        assert_eq!(turn(&cancelled, &booked, 0), Turn::Now(Some(Method::Cancel)));
        assert_eq!(turn(&booked, &cancelled, 1), Turn::Now(Some(Method::Request)), "it was refused");
        assert_eq!(turn(&booked, &cancelled, 0), Turn::Now(None));
        let in_hand = told(2, Cancelled, Waiting);
        assert_eq!(turn(&booked, &in_hand, 0), Turn::Now(Some(Method::Request)), "it waits for this one");
    }

    #[test]
    fn what_is_about_no_visit_waits_for_nothing() {
        let message = Message { about: None, kind: MessageKind::VerifyEmail, ..told(1, Booked, Waiting).message };
        assert_eq!(decide_turn(&message, &[], now()), Turn::Now(None));
    }
}
