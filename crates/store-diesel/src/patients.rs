//! Patients, with what their accounts say.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use clinic_core::duplicate::Birth;
use clinic_core::ports::{PatientFilter, Patients};
use clinic_core::{Patient, PatientEntry, PhoneFilter};
use diesel::dsl::{AsSelect, InnerJoin, Select, exists};
use diesel::prelude::*;
use kernel::{AccountId, DoctorId, Page, PageRequest, PatientId, Position, Role, SearchWords, StoreError, Word, fold};
use scheduling_core::{AppointmentStatus, care};

use crate::connection::MultiBackend;
use crate::convert::{Column, bytes, coalesce, number, number_before};
use crate::paging::{self, page_by};
use crate::schema::{accounts, appointments, patients, search_keys};
use crate::search_keys::{key_of_name, too, with_words_too};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = patients, treat_none_as_null = true, treat_none_as_default_value = false)]
struct PatientRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    date_of_birth: Option<NaiveDate>,
    gender: Option<String>,
    blood_group: Option<String>,
    address: Option<String>,
    emergency_contact: Option<String>,
    medical_history: Option<String>,
    revision: i64,
}

/// What a list tells of an account.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct ContactRow {
    full_name: String,
    name_key: String,
    email: String,
    phone: Option<String>,
    profile_pic: Option<String>,
}

type EntryRow = (PatientRow, ContactRow);

impl From<&Patient> for PatientRow {
    fn from(patient: &Patient) -> Self {
        Self {
            id: bytes(patient.id.uuid()),
            account_id: bytes(patient.account.uuid()),
            date_of_birth: patient.date_of_birth,
            gender: patient.gender.map(|gender| gender.to_string()),
            blood_group: patient.blood_group.map(|group| group.to_string()),
            address: patient.address.clone(),
            emergency_contact: patient.emergency_contact.clone(),
            medical_history: patient.medical_history.clone(),
            revision: number(patient.revision),
        }
    }
}

impl TryFrom<PatientRow> for Patient {
    type Error = StoreError;

    fn try_from(row: PatientRow) -> Result<Self, StoreError> {
        let column = |name| Column("patients", name);
        Ok(Self {
            id: column("id").id(&row.id, PatientId::new)?,
            account: column("account_id").id(&row.account_id, AccountId::new)?,
            date_of_birth: row.date_of_birth,
            gender: column("gender").word_if_any(row.gender.as_deref())?,
            blood_group: column("blood_group").word_if_any(row.blood_group.as_deref())?,
            address: row.address,
            emergency_contact: row.emergency_contact,
            medical_history: row.medical_history,
            revision: column("revision").revision(row.revision)?,
        })
    }
}

/// An entry and the key that it is sorted by.
fn entry((patient, contact): EntryRow) -> Result<(PatientEntry, String), StoreError> {
    let entry = PatientEntry {
        patient: patient.try_into()?,
        full_name: contact.full_name,
        email: contact.email,
        phone: contact.phone,
        profile_pic: contact.profile_pic,
    };
    Ok((entry, contact.name_key))
}

type Columns = (AsSelect<PatientRow, MultiBackend>, AsSelect<ContactRow, MultiBackend>);

fn entries() -> Select<InnerJoin<patients::table, accounts::table>, Columns> {
    patients::table.inner_join(accounts::table).select((PatientRow::as_select(), ContactRow::as_select()))
}

/// The statuses of visits by which a doctor finds their patients.
fn keeping_contact() -> Vec<&'static str> {
    let kept = AppointmentStatus::ALL.iter().filter(|status| care::keeps_contact(**status));
    kept.map(|status| status.as_str()).collect()
}

/// The visits by which this doctor finds the patient of a row.
macro_rules! visits_finding {
    ($doctor:expr) => {
        appointments::table
            .filter(appointments::patient_id.nullable().eq(patients::id.nullable()))
            .filter(appointments::doctor_id.eq(bytes($doctor.uuid())))
            .filter(appointments::status.eq_any(keeping_contact()))
            .select(appointments::id)
    };
}

/// Narrows a query over accounts and their profiles to the patients who are wanted, but for their names.
macro_rules! wanted {
    ($query:expr, $filter:expr) => {{
        let mut query = $query
            .left_join(patients::table.on(patients::account_id.nullable().eq(accounts::id.nullable())))
            .select((Option::<PatientRow>::as_select(), Option::<ContactRow>::as_select()))
            .into_boxed();
        query = match &$filter.phone {
            Some(PhoneFilter::Whole(number)) => query.filter(accounts::phone.nullable().eq(number)),
            Some(PhoneFilter::EndsWith(digits)) => query
                .filter(accounts::phone_tail.nullable().eq(digits.tail()))
                .filter(accounts::phone.nullable().like(format!("%{}", digits.as_str()))),
            None => query,
        };
        if let Some(national_id) = &$filter.national_id {
            query = query.filter(accounts::national_id_key.nullable().eq(fold(national_id)));
        }
        if let Some(date) = $filter.date_of_birth {
            query = query.filter(patients::date_of_birth.eq(date));
        }
        if let Some(doctor) = $filter.found_by {
            query = query.filter(exists(visits_finding!(doctor)));
        }
        query
    }};
}

impl Patients for Transaction {
    fn patient(&mut self, id: PatientId) -> Result<Option<PatientEntry>, StoreError> {
        let row = self.run(|c| entries().filter(patients::id.eq(bytes(id.uuid()))).first(c).optional())?;
        row.map(|row| entry(row).map(|(entry, _)| entry)).transpose()
    }

    fn patient_of(&mut self, account: AccountId) -> Result<Option<PatientEntry>, StoreError> {
        let own = patients::account_id.eq(bytes(account.uuid()));
        let row = self.run(|c| entries().filter(own).first(c).optional())?;
        row.map(|row| entry(row).map(|(entry, _)| entry)).transpose()
    }

    // There always is a profile where the role is a patient's. The join is an outer one because its order is kept: the
    // accounts come first, in the order of accounts_by_role_and_name, and a page reads no more of them than it shows.
    // With an inner join MariaDB may begin with the patients, and sorts them all.
    fn patients(
        &mut self,
        filter: &PatientFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, StoreError> {
        let (order, mut total) = (filter.order, page.total.start());
        let rows: Vec<(Option<PatientRow>, Option<ContactRow>)> = match filter.name.as_deref().map(SearchWords::typed) {
            None => {
                let all = || wanted!(accounts::table, filter).filter(accounts::role.eq(Role::Patient.as_str()));
                self.count_into(&mut total, |c| all().count().get_result(c))?;
                let query = page_by!(all(), (accounts::name_key, accounts::id), order, page, paging::name);
                self.run(|c| query.load(c))?
            }
            Some(words) => {
                let Some((leading, others)) = self.leading_word(Role::Patient, words.as_slice())? else {
                    return Ok(Page::empty(page));
                };
                let found = || {
                    let led = wanted!(search_keys::table.left_join(accounts::table), filter)
                        .filter(search_keys::search_key.eq(key_of_name(Role::Patient, leading)));
                    with_words_too!(led, search_keys::name_key, search_keys::account_id, Role::Patient, &others)
                };
                self.count_into(&mut total, |c| found().count().get_result(c))?;
                let by_name = (search_keys::name_key, search_keys::account_id);
                let query = page_by!(found(), (by_name.0, by_name.1), order, page, paging::name);
                self.run(|c| query.load(c))?
            }
        };
        let listed = |(patient, contact): (Option<PatientRow>, Option<ContactRow>)| {
            entry(patient.zip(contact).ok_or(Column("patients", "account_id").corrupt())?)
        };
        let rows = rows.into_iter().map(listed).collect::<Result<Vec<_>, _>>()?;
        let position =
            |(entry, key): &(PatientEntry, String)| Position { key: key.clone(), id: entry.patient.account.uuid() };
        Ok(Page::of(rows, page.limit, position).map(|(entry, _)| entry).with_total(total))
    }

    // The days are ranges of patients_by_birth, and a doctor's own patients are looked for among those who were born on
    // them.
    fn births_on(&mut self, dates: &BTreeSet<NaiveDate>, found_by: Option<DoctorId>) -> Result<Vec<Birth>, StoreError> {
        let mut query = patients::table
            .left_join(accounts::table.on(accounts::id.eq(patients::account_id)))
            .filter(patients::date_of_birth.eq_any(dates))
            .select((patients::id, patients::date_of_birth, accounts::full_name.nullable()))
            .into_boxed();
        if let Some(doctor) = found_by {
            query = query.filter(coalesce(exists(visits_finding!(doctor)).nullable(), false));
        }
        let rows: Vec<(Vec<u8>, Option<NaiveDate>, Option<String>)> = self.run(|c| query.load(c))?;
        let birth = |(id, date, full_name): (Vec<u8>, Option<NaiveDate>, Option<String>)| {
            let patient = Column("patients", "id").id(&id, PatientId::new)?;
            let (date, full_name) = date.zip(full_name).ok_or(Column("patients", "account_id").corrupt())?;
            Ok(Birth { date, patient, full_name })
        };
        rows.into_iter().map(birth).collect()
    }

    fn add_patient(&mut self, patient: &Patient) -> Result<(), StoreError> {
        let row = PatientRow::from(patient);
        self.run_on_one(|c| diesel::insert_into(patients::table).values(row).execute(c))
    }

    fn change_patient(&mut self, patient: &Patient) -> Result<(), StoreError> {
        let row = PatientRow::from(patient);
        let before = patients::table
            .find(bytes(patient.id.uuid()))
            .filter(patients::revision.eq(number_before(patient.revision)));
        self.run_on_one(|c| diesel::update(before).set(row).execute(c))
    }
}
