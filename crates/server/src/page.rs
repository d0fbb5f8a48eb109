//! Pages of lists, and what requests are read with.

use axum::extract::FromRequest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Items of a list, and where it goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// What to send as `cursor` for the rest; null at the end.
    pub next: Option<String>,
    /// How many there are on all pages, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// The whole list.
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next: None,
            total: None,
        }
    }
}

/// Where a page begins and how long it is.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Items at most; 1 to 500, 50 unless given.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

impl PageQuery {
    /// Items at most.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }

    /// A cursor that holds a number.
    pub fn number(&self) -> Result<Option<i64>, Problem> {
        self.cursor
            .as_deref()
            .map(|cursor| {
                let decoded = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
                String::from_utf8(decoded)
                    .ok()
                    .and_then(|text| text.parse().ok())
                    .ok_or_else(|| {
                        Problem::malformed(
                            "the cursor is not one of ours; begin with the first page",
                        )
                    })
            })
            .transpose()
    }
}

/// A cursor that holds a number. Opaque, so that nobody computes one.
pub fn number_cursor(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(number.to_string())
}

/// A body in JSON; what is wrong with one is a problem like any other.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Json<T>(pub T);
