//! What every store must keep: one public function for each case, run by [`store_contract!`](crate::store_contract).
//!
//! A case takes a store that the migrations have made, empty or not: what it needs it makes itself, and it looks only at
//! that. Cases may share a database, one at a time.
#![expect(missing_docs, reason = "the name of a case is its sentence")]

pub mod accounts;
pub mod answers;
pub mod appointments;
pub mod at_location;
pub mod audit;
pub mod days;
pub mod diary;
pub mod directory;
pub mod doctors;
pub mod installation;
mod invariants;
pub mod labels;
pub mod leases;
pub mod links;
pub mod lockout;
pub mod messages;
pub mod patients;
pub mod places;
pub mod races;
pub mod refreshing;
mod rivals;
pub mod roster;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod slots;
pub mod struggles;
mod support;
pub mod switching;
pub mod units;
pub mod upheavals;
pub mod visitors;

pub use invariants::{invariants, invariants_of};

/// Expands to one `#[test]` for each case, over the stores that the named function of this module makes:
/// `store_contract!(make_store);` with `fn make_store() -> testkit::Shared`.
#[macro_export]
macro_rules! store_contract {
    ($make:ident) => {
        $crate::__every_topic! { __cases $make }
    };
}

/// Hands each topic with its cases to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __every_topic {
    ($then:ident $($with:tt)*) => {
        $crate::$then! { $($with)* accounts
            every_field_of_an_account_comes_back
            an_account_is_known_by_each_of_its_names
            a_login_name_belongs_to_one_account
            a_name_is_nobody_elses_of_whichever_kind
            of_two_who_have_shared_a_name_since_long_its_owner_is_meant_and_both_go_on
            names_are_reconciled_with_what_another_version_has_written
            of_8_accounts_with_one_name_of_two_kinds_one_is_kept
            the_fields_that_others_have_are_named_in_order
            no_two_accounts_share_a_unique_field
            a_stale_account_is_not_written
            only_active_administrators_are_counted
        }
        $crate::$then! { $($with)* answers
            an_answer_comes_back_to_whom_it_was_given
            a_key_is_answered_once
            old_answers_are_forgotten
        }
        $crate::$then! { $($with)* appointments
            every_field_of_an_appointment_comes_back
            a_stale_appointment_is_not_written
            a_slot_has_one_active_appointment
            the_active_appointments_in_slots_are_found
            a_patients_appointments_overlap_only_if_they_share_an_instant
            coming_appointments_are_counted_until_they_end
            a_doctors_day_counts_what_starts_in_it
            every_field_of_a_change_comes_back_in_order
            a_revision_has_one_entry_in_the_history
            visits_whose_time_has_come_are_found_by_their_status
            a_patients_engagements_tell_whether_their_account_is_closed
        }
        $crate::$then! { $($with)* at_location
            the_free_slots_of_a_location_are_those_of_its_doctors_in_order
        }
        $crate::$then! { $($with)* audit
            every_field_of_an_entry_comes_back
            entries_are_filtered
            entries_come_in_pages_in_both_orders
            readings_are_added_at_once_and_come_back_with_whom_they_show
            a_reading_is_found_by_everybody_whom_it_shows
            what_is_sealed_is_a_whole_chain_and_changes_no_entry
            an_entry_from_long_ago_is_sealed_by_a_search_of_everything
            an_entry_that_was_committed_late_is_sealed_by_a_search_of_what_is_recent
            a_place_in_the_chain_is_taken_once_and_so_is_an_entry
            sealers_at_once_make_one_chain
        }
        $crate::$then! { $($with)* days
            a_day_in_auckland_is_aucklands
            one_list_has_the_day_of_each_location
            a_day_of_23_hours_and_one_of_25_are_whole
            appointments_are_on_days_of_their_locations
            doctors_are_free_on_days_of_their_locations
        }
        $crate::$then! { $($with)* diary
            slots_are_filtered
            slots_come_in_pages_without_loss_or_repetition
            free_slots_are_filtered
            free_slots_come_in_pages_without_loss_or_repetition
            appointments_are_filtered
            appointments_come_in_pages_in_both_orders
            appointments_that_have_changed_are_found_in_the_order_of_their_changes
            an_appointment_entry_knows_the_patient_and_the_labels
            the_facts_of_visits_with_a_doctor_come_each_once
        }
        $crate::$then! { $($with)* directory
            doctors_come_by_their_earliest_free_slot
            doctors_come_by_their_earliest_free_slot_in_pages_without_loss_or_repetition
            the_next_free_slots_of_many_doctors_come_at_once
            doctors_are_found_by_when_they_are_free
            a_doctor_whose_account_may_not_come_in_is_not_open_to_anybody
            the_starts_of_active_appointments_are_found_for_each_doctor_in_a_span_of_their_own
        }
        $crate::$then! { $($with)* doctors
            every_field_of_a_doctor_comes_back
            a_stale_doctor_is_not_written
            a_doctors_specialties_are_replaced
            a_doctors_name_is_the_accounts
            doctors_are_filtered
            doctors_come_in_pages_without_loss_or_repetition
        }
        $crate::$then! { $($with)* installation
            of_8_nodes_that_are_started_together_one_decides_the_domain_for_all
        }
        $crate::$then! { $($with)* labels
            a_time_is_labelled_with_its_doctor_and_its_own_location
            labels_follow_their_doctor_and_location
        }
        $crate::$then! { $($with)* leases
            a_lease_is_written_over_the_one_that_was_read_only
            leases_are_given_back_by_their_holder_only
            of_16_who_want_a_lease_one_holds_it
        }
        $crate::$then! { $($with)* lockout
            failures_are_remembered_by_whoever_failed
            who_is_forgotten_begins_anew
            of_24_failures_at_once_each_is_counted_and_no_more_are_judged_than_are_free
            of_24_names_at_once_that_others_have_ten_are_told
            a_right_guess_among_too_many_at_once_is_refused_like_the_others
            old_failures_are_removed_a_few_at_a_time
        }
        $crate::$then! { $($with)* settings
            what_was_stored_over_the_configuration_comes_back
            settings_are_written_over_the_revision_before_only
        }
        $crate::$then! { $($with)* links
            every_field_of_a_one_time_token_comes_back
            a_one_time_token_is_used_once
            the_unused_tokens_of_an_account_are_retired
            a_token_is_good_for_its_purpose_until_it_expires
            of_8_uses_of_a_one_time_token_one_counts
            the_last_message_that_was_owed_is_found
        }
        $crate::$then! { $($with)* messages
            every_field_of_a_message_comes_back
            messages_are_claimed_when_they_are_due_the_longest_due_first
            messages_with_links_go_first
            nothing_waits_for_the_time_of_a_clock_that_ran_ahead
            a_claim_that_has_expired_is_somebody_elses
            what_became_of_a_message_is_kept_with_its_log
            a_message_that_was_put_off_was_not_tried
            what_an_addressee_is_owed_about_a_visit_comes_by_revision
            of_two_workers_neither_is_given_what_the_other_has
            messages_come_in_pages_in_both_orders
            an_addressee_is_who_has_the_account_now
            preferences_are_written_over
        }
        $crate::$then! { $($with)* patients
            every_field_of_a_patient_comes_back
            a_stale_patient_is_not_written
            patients_come_in_pages_without_loss_or_repetition
            a_doctor_finds_those_who_have_or_had_an_appointment_with_them
            patients_are_found_by_phone_national_id_and_birth
            those_who_were_born_on_some_days_are_found
        }
        $crate::$then! { $($with)* places
            every_field_of_a_location_comes_back
            locations_come_oldest_first
            the_specialties_are_there_from_the_start
            a_stale_location_is_not_written
            a_location_is_removed_at_its_revision_only
            who_and_what_is_at_a_location_is_known
            a_diary_is_read_in_the_zone_of_the_place_that_it_moved_to
            a_specialty_is_added_renamed_and_removed
            a_specialty_that_a_doctor_has_is_not_removed
            a_specialty_is_not_removed_while_a_doctor_gets_it
            the_guard_of_places_is_there_from_the_start
        }
        $crate::$then! { $($with)* races
            of_64_patients_who_want_one_slot_one_gets_it
            a_patient_gets_one_of_40_overlapping_slots
            strangers_do_not_stand_in_each_others_way
            two_bulk_creations_leave_no_overlap
            two_bulk_creations_that_skip_leave_no_overlap
            the_cap_of_a_patient_holds_at_once
            the_cap_of_a_doctors_day_holds_at_once
            a_failed_move_changes_nothing
            a_failed_booking_changes_nothing
        }
        $crate::$then! { $($with)* refreshing
            a_refresh_token_that_is_used_again_later_ends_the_session
            a_refresh_token_that_is_used_again_at_once_changes_nothing
            of_8_uses_of_a_refresh_token_at_once_all_get_the_same
            of_8_administrators_made_at_once_no_more_than_allowed_are_kept
            of_8_accounts_with_one_address_one_is_kept
            of_8_answers_under_one_key_one_is_kept
        }
        $crate::$then! { $($with)* roster
            accounts_are_filtered
            accounts_come_in_pages_without_loss_or_repetition
        }
        $crate::$then! { $($with)* search
            people_are_found_by_words_of_their_names
            what_is_no_word_finds_nobody
            those_who_are_found_come_by_name_in_pages
            a_new_name_finds_and_the_old_one_does_not
            only_accounts_are_found_by_their_address
        }
        $crate::$then! { $($with)* sessions
            every_field_of_a_session_comes_back
            live_sessions_come_newest_first
            live_sessions_come_a_page_at_a_time
            an_ended_session_stays_ended
            a_session_is_prolonged
            a_refresh_token_is_used_once
            expired_sessions_are_removed_with_their_tokens
        }
        $crate::$then! { $($with)* slots
            a_schedule_is_open_on_the_terms_of_its_doctor_and_location
            every_field_of_a_slot_comes_back
            slots_entered_in_error_are_never_returned
            a_slot_keeps_the_offset_it_was_published_with
            an_offer_comes_with_its_schedule
            a_doctor_whose_account_is_not_active_offers_nothing
            touching_is_not_overlapping
            a_stale_slot_is_not_written
            a_slot_is_removed_at_its_revision_only
            slots_are_added_all_or_none
            thousands_of_slots_are_added_at_once
            expired_slots_are_removed_unless_they_ever_had_an_appointment
        }
        $crate::$then! { $($with)* struggles
            booking_cancelling_moving_and_deleting_one_slot_keep_the_invariants
            many_hands_on_few_slots_keep_the_invariants
        }
        $crate::$then! { $($with)* switching
            a_closed_account_has_no_sessions_and_can_be_opened_again
            of_8_administrators_opened_at_once_no_more_than_allowed_are_active
            of_two_administrators_who_close_each_other_one_stays
        }
        $crate::$then! { $($with)* units
            what_is_refused_leaves_nothing
            a_failed_statement_is_not_forgotten
            a_lost_race_is_run_again
            a_guard_can_be_held_once_it_was_made
            the_guard_of_administrators_is_there_from_the_start
            a_read_cannot_write
            writers_at_once_each_hear_of_their_own
        }
        $crate::$then! { $($with)* upheavals
            nine_is_at_nine_also_when_the_zone_is_changed_meanwhile
            nothing_is_to_come_where_a_doctor_has_left
            a_location_is_not_removed_while_a_doctor_comes_there
            of_two_locations_that_are_removed_at_once_one_stays
        }
        $crate::$then! { $($with)* visitors
            a_visitor_is_who_the_account_says_now
        }
    };
}

/// The tests of one topic.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ($make:ident $topic:ident $($case:ident)*) => {
        mod $topic {
            $(
                #[test]
                fn $case() {
                    $crate::contract::$topic::$case(&super::$make());
                }
            )*
        }
    };
}

/// Adds the cases of one topic to a list.
#[doc(hidden)]
#[macro_export]
macro_rules! __list_cases {
    ($list:ident $topic:ident $($case:ident)*) => {{
        const CASES: &[(&str, $crate::contract::Case)] =
            &[$((concat!(stringify!($topic), "::", stringify!($case)), $crate::contract::$topic::$case)),*];
        $list.extend_from_slice(CASES);
    }};
}

/// A case.
pub type Case = fn(&crate::Shared);

/// Every case with its name, for those who run them in another way than as tests.
pub fn cases() -> Vec<(&'static str, Case)> {
    let mut list: Vec<(&'static str, Case)> = Vec::new();
    __every_topic! { __list_cases list }
    list
}

#[cfg(test)]
mod tests {
    use crate::MemoryStore;

    crate::store_contract!(make_store);

    fn make_store() -> crate::Shared {
        MemoryStore::shared()
    }

    #[test]
    fn every_case_is_run() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/contract");
        let list = include_str!("contract.rs");
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let cases = text.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split_once("(store: &Shared) {"));
            for (case, _) in cases.filter(|(case, _)| *case != "invariants") {
                assert!(list.lines().any(|line| line.trim() == case), "{case}");
            }
        }
    }
}
