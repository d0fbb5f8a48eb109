use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
    sync::Arc,
};

use bytes::Bytes;
use muster_model::ResourceType;

use super::{
    client::Client,
    counters::Counters,
    cursor::Cursor,
    error::RequestError,
    link,
    numbered::{self, Numbers},
    page::{Layout, Page, split},
    transport::Call,
    twins::Twins,
};
use crate::definition::{Identity, Paging, Preparation, identity};

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
    layout: Layout,
    numbers: Option<Numbers>,
    keeping: Keeping,
    next: Option<Cursor>,
    /// Hashes of the places that were asked for: a vendor that leads in a circle is found out.
    seen: HashSet<u64>,
    empty: u32,
}

/// How documents are kept.
#[derive(Debug)]
pub(super) struct Keeping {
    pub resource_type: Arc<ResourceType>,
    pub preparation: Arc<Preparation>,
    pub variant: Option<String>,
    pub twins: Option<Twins>,
}

/// What a listing is asked for with, settings filled in.
#[derive(Debug)]
pub(super) struct Listed {
    pub bucket: String,
    pub paging: Paging,
    pub layout: Layout,
    pub numbers: Option<Numbers>,
    pub keeping: Keeping,
}

impl Pages {
    pub(super) fn new(
        client: Client,
        counters: Arc<Counters>,
        listed: Listed,
        first: Cursor,
    ) -> Self {
        Self {
            client,
            counters,
            bucket: listed.bucket,
            paging: listed.paging,
            layout: listed.layout,
            numbers: listed.numbers,
            keeping: listed.keeping,
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
            target: place.target(),
            bucket: &self.bucket,
            counters: &self.counters,
            question: None,
        };
        let layout = &self.layout;
        let (answer, mut found) = self
            .client
            .get(&call, |answer| split(&answer.body, layout))
            .await?;
        if let Some(numbers) = &self.numbers {
            // A `Link` is not believed here: it is missing on some listings of such vendors.
            let total = numbers.total(&answer.headers, found.total);
            let identity =
                |range: &Range<usize>| self.keeping.identity(&answer.body[range.clone()]);
            let step = numbered::Step {
                place: &place,
                total,
                items: &found.items,
                identity: &identity,
            };
            let stepped = numbers.step(&step, &call.path())?;
            found.items.drain(..stepped.skipped);
            self.next.clone_from(&stepped.next);
            return Ok(Some(self.keeping.page(
                answer.body,
                found.items,
                stepped.next,
                total,
            )));
        }
        let link = match self.paging {
            Paging::Link => link::next(&answer.headers),
            Paging::BodyLink => found.next,
            Paging::None | Paging::Numbered(_) => None,
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
        Ok(Some(self.keeping.page(
            answer.body,
            found.items,
            next,
            None,
        )))
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
        let here = self.client.url(call.target)?;
        // In a body a vendor may name itself by another host, such as its console's: only the path counts, at our address.
        let next = match self.paging {
            Paging::BodyLink => Cursor::follow_path(&here, link),
            _ => Cursor::follow(&here, link),
        };
        let next = next.map_err(|elsewhere| {
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

impl Keeping {
    /// The hashes of a document's key, as it is kept.
    fn identity(&self, document: &[u8]) -> Identity {
        let document = std::str::from_utf8(document).unwrap_or("null");
        let variant = self.variant.as_deref();
        let kept = self
            .preparation
            .prepare(&self.resource_type, document, variant);
        identity(&self.resource_type, &kept)
    }

    /// The page with its documents as they are kept.
    fn page(
        &mut self,
        body: Bytes,
        items: Vec<Range<usize>>,
        next: Option<Cursor>,
        total: Option<u64>,
    ) -> Page {
        if self.preparation.is_trivial() {
            return Page::new(body, items, next, total);
        }
        let mut kept = String::with_capacity(body.len());
        let mut places = Vec::with_capacity(items.len());
        for range in items {
            let document = std::str::from_utf8(&body[range]).unwrap_or("null");
            let variant = self.variant.as_deref();
            let mut document = self
                .preparation
                .prepare(&self.resource_type, document, variant);
            if let Some(twins) = &mut self.twins {
                document = twins.tell_apart(&self.resource_type, document);
            }
            let start = kept.len();
            kept.push_str(&document);
            places.push(start..kept.len());
        }
        Page::new(Bytes::from(kept), places, next, total)
    }
}

fn hash(cursor: &Cursor) -> u64 {
    let mut hasher = DefaultHasher::new();
    cursor.hash(&mut hasher);
    hasher.finish()
}
