//! The description of the interface (OpenAPI 3.1), collected from the routes.

mod examples;
mod response_headers;
mod tidy;

use actix_web::App;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_actix_web::AppExt as _;

use crate::paging::NameSortWord;
use crate::problem::{ProblemDocument, describe_problems};
use crate::routes;
use crate::routes::appointments::{AppointmentOrderWord, AppointmentScopeWord};
use crate::routes::audit::{AuditActionWord, AuditOrderWord};
use crate::routes::doctors::DoctorSortWord;
use crate::routes::messages::MessageOrderWord;

/// The methods that a path can have.
const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Slotkeeper",
        description = "The appointment book of a clinic, a hospital or a single doctor.",
        contact(name = "Slotkeeper"),
        license(name = "MIT", identifier = "MIT")
    ),
    servers((url = "/")),
    // Those that only parameters refer to are not collected.
    components(schemas(
        ProblemDocument,
        AppointmentOrderWord,
        AppointmentScopeWord,
        AuditActionWord,
        AuditOrderWord,
        DoctorSortWord,
        MessageOrderWord,
        NameSortWord
    )),
    modifiers(&AccessToken),
    tags(
        (name = "auth", description = "Accounts and sessions."),
        (name = "accounts", description = "Everybody's accounts, for administrators."),
        (name = "doctors", description = "The directory of doctors, public to read."),
        (name = "patients", description = "Patients, for themselves and for staff."),
        (name = "locations", description = "Places with their time zones, public to read."),
        (name = "specialties", description = "What doctors are trained in, public to read."),
        (name = "slots", description = "Times that doctors put up for sale."),
        (name = "availability", description = "Free times, public to read."),
        (name = "appointments", description = "Visits, past and to come."),
        (name = "audit", description = "Who did what to whom, when, from where; for administrators."),
        (name = "administration", description = "What the installation decides for itself."),
        (name = "messages", description = "What was sent to whom, for administrators."),
        (name = "operations", description = "For those who run the server."),
    )
)]
struct Head;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, openapi: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        openapi.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// What stands above the routes.
pub(crate) fn head() -> OpenApi {
    Head::openapi()
}

/// A description that was collected, with what only the whole of it tells.
pub(crate) fn complete(mut collected: OpenApi) -> OpenApi {
    describe_problems(&mut collected);
    tidied(&collected).unwrap_or(collected)
}

/// The same, as generators of clients and linters want it.
fn tidied(collected: &OpenApi) -> serde_json::Result<OpenApi> {
    let mut document = serde_json::to_value(collected)?;
    response_headers::describe(&mut document);
    examples::add(&mut document);
    tidy::tidy(&mut document);
    serde_json::from_value(document)
}

/// The whole description.
pub fn openapi() -> OpenApi {
    complete(App::new().into_utoipa_app().openapi(head()).configure(routes::routes).split_for_parts().1)
}
