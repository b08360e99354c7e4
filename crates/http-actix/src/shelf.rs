//! Pages of times as they were last sent, for a second at the most, and only while they are what the store would say.
//!
//! Looking for a time is advice; whoever books has it looked up again. So these two lists, and nothing else, may be
//! answered from here (ADR 13).

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ContentType, ETAG, EntityTag};
use actix_web::web::Bytes;
use application::availability::{Listed, Search};
use application::editions::{Edition, Topic};
use application::slots::Shown;
use application::{App, Error};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use kernel::PageRequest;
use moka::sync::Cache;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::door::Door;
use crate::etag::IfNoneMatch;
use crate::problem::Problem;
use crate::routes::{availability, slots};

/// How many bytes the pages may take together, all that belongs to them included.
const SHELF_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// What a page takes beside its body: its key, its place, and what the allocator rounds up to (1,130 measured).
const PAGE_BYTES_ASIDE: usize = 1280;

/// The page that somebody wants; two who get the same want the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wanted {
    /// Of what anybody can book.
    Availability(Search, PageRequest<DateTime<Utc>>),
    /// Of slots, as those see them who may see the same.
    Slots(Shown, PageRequest<DateTime<Utc>>),
}

impl Wanted {
    fn topic(&self) -> Topic {
        Topic::times_of(match self {
            Self::Availability(search, _) => search.doctor,
            Self::Slots(shown, _) => shown.doctor(),
        })
    }

    fn print(&self, door: &Door, app: &App) -> Result<Print, Error> {
        match self {
            Self::Availability(search, page) => availability::print(door, app, search, page),
            Self::Slots(shown, page) => slots::print(door, app, shown, page),
        }
    }

    /// Whether others than the one who has asked may keep the answer.
    const fn cache_control(&self) -> &'static str {
        match self {
            Self::Availability(..) => "no-cache",
            Self::Slots(..) => "private, no-cache",
        }
    }

    fn text_bytes(&self) -> usize {
        let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        match self {
            Self::Availability(search, _) => len(&search.specialty) + len(&search.city),
            Self::Slots(..) => 0,
        }
    }
}

/// A page in JSON, and the last moment at which it may be shown, where that matters.
pub(crate) type Print = (Result<Vec<u8>, serde_json::Error>, Option<DateTime<Utc>>);

/// Prints what the application has listed.
pub(crate) fn print<T, U: Serialize>(door: &Door, list: &'static str, listed: Listed<T>, row: fn(T) -> U) -> Print {
    (serde_json::to_vec(&door.page_body(list, listed.page, row)), listed.until)
}

/// A page as it is sent.
#[derive(Debug)]
pub(crate) struct Page {
    body: Bytes,
    etag: EntityTag,
    cache_control: &'static str,
    edition: Edition,
    until: Option<DateTime<Utc>>,
}

impl Page {
    /// The answer to who has these representations already.
    pub(crate) fn respond(&self, known: &IfNoneMatch) -> HttpResponse {
        let is_known = known.names(&self.etag);
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((ETAG, self.etag.clone())).insert_header((CACHE_CONTROL, self.cache_control));
        if is_known { response.finish() } else { response.content_type(ContentType::json()).body(self.body.clone()) }
    }

    /// Whether its first time could be booked then.
    fn is_to_come(&self, now: &Edition) -> bool {
        self.until.is_none_or(|until| now.asked_at() <= until)
    }
}

type Coming = Shared<BoxFuture<'static, Result<Arc<Page>, Problem>>>;

/// What stands in a place of the shelf.
#[derive(Clone)]
enum Entry {
    /// A page that somebody is fetching; whoever wants the same waits with them.
    Coming(Edition, Coming),
    /// A page.
    Here(Arc<Page>),
}

impl Entry {
    fn is_good(&self, now: &Edition) -> bool {
        match self {
            // One that has come and is still not here has failed.
            Self::Coming(edition, page) => page.peek().is_none() && edition.is_good(now),
            Self::Here(page) => page.edition.is_good(now) && page.is_to_come(now),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Coming(..) => 0,
            Self::Here(page) => page.body.len(),
        }
    }
}

/// The pages that were asked for lately.
#[derive(Clone)]
pub(crate) struct Shelf(Cache<Wanted, Entry>);

impl Default for Shelf {
    fn default() -> Self {
        let weigher = |wanted: &Wanted, entry: &Entry| {
            u32::try_from(PAGE_BYTES_ASIDE + wanted.text_bytes() + entry.bytes()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(SHELF_BYTES_MAX).weigher(weigher).build())
    }
}

impl Shelf {
    /// The page as the store has it, or had it a moment ago, with all in it that this process has answered to anybody.
    /// However many want it at once, one hop fetches it.
    ///
    /// # Errors
    /// As [`Door::run`]; a failure is told to those who waited for it, and to nobody after them.
    pub(crate) async fn page(&self, door: &Door, wanted: &Wanted) -> Result<Arc<Page>, Problem> {
        loop {
            let now = door.state().app.edition(wanted.topic());
            let fetch = || Entry::Coming(now, self.clone().fetch(door.clone(), wanted.clone(), now).boxed().shared());
            let page = match self.0.entry_by_ref(wanted).or_insert_with_if(fetch, |entry| !entry.is_good(&now)) {
                entry if entry.is_fresh() => return coming(entry.into_value()).await,
                entry => coming(entry.into_value()).await?,
            };
            // Its first time may have begun for whoever came later than the one who fetches it.
            if page.is_to_come(&now) {
                return Ok(page);
            }
        }
    }

    async fn fetch(self, door: Door, wanted: Wanted, edition: Edition) -> Result<Arc<Page>, Problem> {
        let (printer, asked) = (door.clone(), wanted.clone());
        let (body, until) = door.run(move |app| asked.print(&printer, app)).await?;
        // No longer than it is: what it was written into is up to twice as long, and would be kept.
        let body = Bytes::copy_from_slice(&body.map_err(Problem::internal)?);
        let etag = EntityTag::new_strong(URL_SAFE_NO_PAD.encode(Sha256::digest(&body)));
        let page = Arc::new(Page { body, etag, cache_control: wanted.cache_control(), edition, until });
        self.0.insert(wanted, Entry::Here(Arc::clone(&page)));
        Ok(page)
    }
}

async fn coming(entry: Entry) -> Result<Arc<Page>, Problem> {
    match entry {
        Entry::Here(page) => Ok(page),
        Entry::Coming(_, page) => page.await,
    }
}

#[cfg(test)]
mod tests {
    use application::ports::SlotFilter;
    use kernel::DoctorId;
    use uuid::Uuid;

    use super::*;

    fn page(bytes: usize) -> Entry {
        Entry::Here(Arc::new(Page {
            body: Bytes::from(vec![b'x'; bytes]),
            etag: EntityTag::new_strong("x".to_owned()),
            cache_control: "no-cache",
            edition: Edition::default(),
            until: None,
        }))
    }

    #[test]
    fn however_many_pages_are_asked_for_they_take_no_more_than_they_may() {
        let Shelf(pages) = Shelf::default();
        let body = 30 * 1024;
        for n in 0..4_000 {
            let city = (n % 2 == 0).then(|| "x".repeat(800));
            let doctor = Some(DoctorId::new(Uuid::from_u128(n)));
            let search = Search { doctor, city, ..Search::default() };
            pages.insert(Wanted::Availability(search, PageRequest::default()), page(body));
            pages.insert(
                Wanted::Slots(Shown::All(SlotFilter { doctor, ..SlotFilter::default() }), PageRequest::default()),
                page(0),
            );
        }
        pages.run_pending_tasks();
        assert!(pages.weighted_size() <= SHELF_BYTES_MAX, "{}", pages.weighted_size());
        assert!(SHELF_BYTES_MAX / 2 < pages.weighted_size(), "it is used: {}", pages.weighted_size());
    }
}
