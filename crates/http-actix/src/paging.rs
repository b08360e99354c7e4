//! Pages of lists.

use kernel::{Limit, Order, Total, words};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use validator::Validate;

use crate::words::Spelled;

/// How many rows of a list are wanted: the parameter `limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit(pub Limit);

words! {
    /// How a list of people is sorted.
    pub(crate) enum NameSort {
        /// By name.
        Name = "name",
        /// By name, from the end.
        NameDescending = "-name",
    }
}

pub(crate) type NameSortWord = Spelled<NameSort>;

impl NameSort {
    /// The order that is asked for, by name unless another is, and what the cursors of the list are bound to in it.
    pub(crate) fn order(sort: Option<NameSortWord>, lists: [&'static str; 2]) -> (&'static str, Order) {
        let [ascending, descending] = lists;
        match sort {
            Some(Spelled(Self::Name)) | None => (ascending, Order::Ascending),
            Some(Spelled(Self::NameDescending)) => (descending, Order::Descending),
        }
    }
}

/// Which page of a list is wanted, where nothing else is asked.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    pub(crate) limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    pub(crate) cursor: Option<String>,
    /// Whether to count the rows of all pages into `total`; counting takes longer the more rows there are.
    #[param(value_type = Option<bool>, default = false)]
    #[serde(default)]
    pub(crate) include_total: IncludeTotal,
}

/// Whether all rows are counted: the parameter `include_total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncludeTotal(pub Total);

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageBody<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the list goes on.
    pub page: PageInfo,
    /// Number of rows on all pages together; only with `include_total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// Where a list goes on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// The parameter `cursor` of the next page; null at the end.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

impl<T> PageBody<T> {
    /// A list that is short enough for one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, page: PageInfo { next_cursor: None }, total: None }
    }
}

impl<'de> Deserialize<'de> for PageLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let limit = text.parse().ok().and_then(Limit::new).map(Self);
        limit.ok_or_else(|| D::Error::custom(format_args!("must be a whole number from 1 to {}", Limit::MAX)))
    }
}

impl<'de> Deserialize<'de> for IncludeTotal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_wanted = bool::deserialize(deserializer)?;
        Ok(Self(if is_wanted { Total::Counted } else { Total::Omitted }))
    }
}

impl PartialSchema for PageLimit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(1))
            .maximum(Some(u16::from(Limit::MAX)))
            .default(Some(Limit::default().rows().into()))
            .description(Some("How many rows at the most."))
            .into()
    }
}

impl ToSchema for PageLimit {}
