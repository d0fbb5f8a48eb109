use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use super::{
    client::Client,
    counters::Counters,
    error::RequestError,
    link,
    page::{Cursor, Page, split},
    transport::Call,
};
use crate::definition::{Paging, Shape};

/// Empty pages in a row that all promise another one, before the listing counts as broken.
const MOST_EMPTY_PAGES: u32 = 25;

/// A listing, page by page. Ask for [`Pages::next`] until there is none; after an error the same page is asked for
/// again.
#[derive(Debug)]
pub struct Pages {
    client: Client,
    counters: Arc<Counters>,
    bucket: String,
    paging: Paging,
    shape: Shape,
    next: Option<Cursor>,
    /// Hashes of the places that were asked for: a vendor that leads in a circle is found out.
    seen: HashSet<u64>,
    empty: u32,
}

impl Pages {
    pub(super) fn new(
        client: Client,
        counters: Arc<Counters>,
        bucket: String,
        paging: Paging,
        shape: Shape,
        first: Cursor,
    ) -> Self {
        Self {
            client,
            counters,
            bucket,
            paging,
            shape,
            seen: HashSet::from([hash(&first)]),
            next: Some(first),
            empty: 0,
        }
    }

    /// The place that [`Pages::next`] will ask for; none when the listing is finished.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }

    /// The next page; none when the listing is finished.
    ///
    /// # Errors
    /// [`RequestError`], each variant a reaction.
    pub async fn next(&mut self) -> Result<Option<Page>, RequestError> {
        let Some(place) = self.next.clone() else {
            return Ok(None);
        };
        let call = Call {
            target: place.as_str(),
            bucket: &self.bucket,
            counters: &self.counters,
        };
        let (shape, paging) = (&self.shape, self.paging);
        let (answer, found) = self
            .client
            .get(&call, |answer| split(&answer.body, shape, paging))
            .await?;
        let link = match paging {
            Paging::Link => link::next(&answer.headers),
            Paging::BodyLink => found.next,
            Paging::None => None,
        };
        let next = match link {
            None => None,
            Some(link) => self.follow(&call, &link, found.items.is_empty())?,
        };
        self.empty = if found.items.is_empty() {
            self.empty + 1
        } else {
            0
        };
        if let Some(next) = &next {
            self.seen.insert(hash(next));
        }
        self.next.clone_from(&next);
        Ok(Some(Page::new(answer.body, found.items, next)))
    }

    /// Where `link` leads. Some listings promise a page behind the last one, which is empty; when that one leads
    /// to itself, the listing is finished. A link of a page with resources that leads back would hide the rest.
    fn follow(
        &self,
        call: &Call<'_>,
        link: &str,
        empty: bool,
    ) -> Result<Option<Cursor>, RequestError> {
        let broken = |reason: String| RequestError::BadResponse {
            path: call.path(),
            reason,
        };
        let next = Cursor::follow(&self.client.url(call.target)?, link).map_err(|elsewhere| {
            broken(format!("its next page is at {elsewhere}, which is not the vendor's address; nothing is sent there"))
        })?;
        if self.seen.contains(&hash(&next)) {
            if empty {
                return Ok(None);
            }
            return Err(broken(
                "its next page is one that was read before; the listing is left incomplete"
                    .to_owned(),
            ));
        }
        if empty && self.empty >= MOST_EMPTY_PAGES {
            return Err(broken(format!(
                "{MOST_EMPTY_PAGES} empty pages in a row promise more; the listing is left incomplete"
            )));
        }
        Ok(Some(next))
    }
}

fn hash(cursor: &Cursor) -> u64 {
    let mut hasher = DefaultHasher::new();
    cursor.hash(&mut hasher);
    hasher.finish()
}
