use std::fmt;

use identity_core::IdentifierKind;
use kernel::{Role, Word};
use scheduling_core::Confirmation;

use super::shape::{Shape, Text};
use super::{DoctorsSee, Settings};

/// A setting that an administrator can change.
pub struct Setting {
    /// As it is named everywhere: in the store, in JSON, on the command line, in the file and, in capitals, in the
    /// environment.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// What it decides.
    pub about: &'static str,
    field: fn(&mut Settings) -> &mut dyn Text,
}

/// Every setting that an administrator can change, in the order in which they are shown.
pub static SETTINGS: [Setting; 23] = [
    row("clinic_name", Shape::Line, "what the clinic calls itself", |s| &mut s.clinic_name),
    row("currency", Shape::Currency, "of what has a price and names no currency", |s| &mut s.currency),
    row(
        "login_identifiers",
        Shape::Words(words::<IdentifierKind>),
        "what people may log in with; the earlier wins",
        |s| &mut s.identifiers,
    ),
    row("activation_by_admin", Shape::WordsOrNone(registrable), "whose new accounts wait for an administrator", |s| {
        &mut s.activation_by_admin
    }),
    row("email_verification", Shape::Switch, "whether an account waits until its e-mail address is proved", |s| {
        &mut s.email_verification
    }),
    row("admins_max", Shape::Number(1, 1_000), "active administrators", |s| &mut s.admins_max),
    row("access_token_minutes", Shape::Number(1, 10_080), "how long an access token is good", |s| {
        &mut s.lifetimes.access_minutes
    }),
    row(
        "refresh_token_days",
        Shape::Number(1, 365),
        "how long a refresh token is good, and with it the session",
        |s| &mut s.lifetimes.refresh_days,
    ),
    row("doctors_see", Shape::Word(words::<DoctorsSee>), "which patients a doctor finds and reads", |s| {
        &mut s.doctors_see
    }),
    row(
        "own_visits_open_records",
        Shape::Switch,
        "whether an arrival recorded by the doctor opens the record where a doctor booked the visit",
        |s| &mut s.care.own_visits_open_records,
    ),
    row("confirmation", Shape::Word(words::<Confirmation>), "whether a booking stands at once", |s| {
        &mut s.booking.confirmation
    }),
    row(
        "booking_notice_minutes",
        Shape::Number(0, 525_600),
        "how long before its start a slot can last be booked",
        |s| &mut s.booking.notice_minutes_min,
    ),
    row("booking_horizon_days", Shape::Number(1, 3_650), "how far ahead a slot can be booked", |s| {
        &mut s.booking.horizon_days_max
    }),
    row(
        "cancel_notice_minutes",
        Shape::Number(0, 525_600),
        "how long before its start a patient can last cancel",
        |s| &mut s.booking.cancel_notice_minutes_min,
    ),
    row(
        "cancel_grace_minutes",
        Shape::Number(0, 1_440),
        "how long after booking a patient can still cancel, whatever the notice",
        |s| &mut s.booking.cancel_grace_minutes,
    ),
    row("patient_upcoming_max", Shape::Cap(1, 10_000), "coming appointments of a patient", |s| {
        &mut s.booking.patient_upcoming_max
    }),
    row("doctor_day_max", Shape::Cap(1, 10_000), "appointments of a doctor on a local day", |s| {
        &mut s.booking.doctor_day_max
    }),
    row("publish_horizon_days", Shape::Number(1, 3_650), "how far ahead a slot may start", |s| {
        &mut s.publishing.horizon_days_max
    }),
    row("slots_per_doctor_day_max", Shape::Number(1, 288), "slots of a doctor on a local day", |s| {
        &mut s.publishing.doctor_day_max
    }),
    row(
        "no_show_grace_minutes",
        Shape::Cap(1, 10_080),
        "how long after its start a visit that is still booked is marked as missed",
        |s| &mut s.no_show_grace_minutes,
    ),
    row(
        "expired_slots_retention_days",
        Shape::Number(0, 3_650),
        "how long a free slot that was never used is kept after its end",
        |s| &mut s.expired_slots_retention_days,
    ),
    row(
        "calendar_alarm_minutes",
        Shape::Number(0, 40_320),
        "how long before a visit the calendars of both sides remind of it; 0: never",
        |s| &mut s.calendar_alarm_minutes,
    ),
    row("birth_year_min", Shape::Number(1_800, 2_000), "the earliest year of birth that is accepted", |s| {
        &mut s.birth_year_min
    }),
];

const fn row(
    name: &'static str,
    shape: Shape,
    about: &'static str,
    field: fn(&mut Settings) -> &mut dyn Text,
) -> Setting {
    Setting { name, shape, about, field }
}

/// The setting of this name, if there is one.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

impl Setting {
    /// What it is set to, as text.
    pub fn print(&self, settings: &Settings) -> String {
        (self.field)(&mut settings.clone()).print()
    }

    /// Takes over what a text says; `None`, and no change, when that is not of its shape.
    pub fn put(&self, settings: &mut Settings, text: &str) -> Option<()> {
        if self.shape.fits(text) { (self.field)(settings).put(text) } else { None }
    }

    /// The wish to set it to this; `None` when that is not of its shape.
    pub fn to(&'static self, text: &str) -> Option<SettingEdit> {
        let mut scratch = Settings::default();
        self.put(&mut scratch, text)?;
        Some(SettingEdit { setting: self, text: Some(self.print(&scratch)) })
    }

    /// The wish to have it as the configuration says.
    pub const fn reset(&'static self) -> SettingEdit {
        SettingEdit { setting: self, text: None }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A setting, with a value of its shape in its one spelling, or none.
#[derive(Clone, Debug)]
pub struct SettingEdit {
    pub(super) setting: &'static Setting,
    pub(super) text: Option<String>,
}

impl SettingEdit {
    /// Of which setting.
    pub const fn setting(&self) -> &'static Setting {
        self.setting
    }
}

fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|word| word.as_str()).collect()
}

/// Those who register themselves: what an administrator makes needs no administrator's approval.
fn registrable() -> Vec<&'static str> {
    [Role::Patient, Role::Doctor].map(Word::as_str).to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_setting_reads_what_it_prints_and_the_default_is_of_its_shape() {
        let default = Settings::default();
        let names: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        assert_eq!(names.len(), SETTINGS.len());
        assert!(!names.contains("revision"), "stores keep the revision under this name");
        for setting in &SETTINGS {
            let printed = setting.print(&default);
            let mut copy = default.clone();
            assert_eq!(setting.put(&mut copy, &printed), Some(()), "{setting:?}: {printed}");
            assert_eq!(copy, default, "{setting:?}");
        }
    }

    #[test]
    fn each_setting_changes_a_field_of_its_own() {
        let other = |setting: &Setting| match setting.shape {
            Shape::WordsOrNone(_) => "none".to_owned(),
            Shape::Number(_, most) | Shape::Cap(_, most) => most.to_string(),
            Shape::Switch => "on".to_owned(),
            Shape::Word(words) | Shape::Words(words) => words().pop().unwrap_or_default().to_owned(),
            Shape::Line => "Another".to_owned(),
            Shape::Currency => "NGN".to_owned(),
        };
        for changed in &SETTINGS {
            let mut settings = Settings::default();
            assert_eq!(changed.put(&mut settings, &other(changed)), Some(()), "{changed:?}");
            for setting in &SETTINGS {
                let same = setting.print(&settings) == setting.print(&Settings::default());
                assert_eq!(same, setting.name != changed.name, "{changed:?} changes {setting:?}");
            }
        }
    }

    #[test]
    fn what_is_out_of_shape_changes_nothing() {
        let mut settings = Settings::default();
        let admins = setting("admins_max").unwrap();
        for bad in ["0", "1001", "two", ""] {
            assert_eq!(admins.put(&mut settings, bad), None, "{bad}");
            assert!(admins.to(bad).is_none(), "{bad}");
        }
        assert_eq!(settings, Settings::default());
        assert!(setting("admins").is_none());
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const VALUES: &[&str] =
        &["1", "10080", "none", "on", "false", "patient, doctor", "email", "by_doctor", "all", "EUR"];

    proptest! {
        #[test]
        fn what_a_setting_takes_it_prints_in_one_spelling(at in 0..SETTINGS.len(), text in fuzz::text(VALUES)) {
            let (setting, mut settings) = (&SETTINGS[at], Settings::default());
            if setting.put(&mut settings, &text).is_none() {
                prop_assert_eq!(settings, Settings::default());
                prop_assert!(setting.to(&text).is_none() && !setting.shape.to_string().is_empty());
            } else {
                let (printed, mut again) = (setting.print(&settings), Settings::default());
                prop_assert_eq!(setting.put(&mut again, &printed), Some(()));
                prop_assert_eq!(setting.print(&again), printed);
                prop_assert_eq!(again, settings);
            }
        }
    }
}
